-- What the site was last built from, or was to be: the text of content/campaign.json. Null for a site that was built before this was kept.
alter table campaign add column if not exists content text;
