-- A campaign's secrets are replaced by deployments of their own.
alter table deployment drop constraint if exists deployment_kind_is_known, add constraint deployment_kind_is_known
  check (kind in ('provision', 'content', 'sync', 'rollback', 'archive', 'unarchive', 'decommission',
    'rotate_site_key', 'rotate_database_password', 'rotate_owner_password'));

-- The site key that follows, from before the site is built with it; and the one before, until its last moment.
alter table campaign add column if not exists next_site_key text, add column if not exists previous_site_key text,
  add column if not exists previous_site_key_until timestamptz;
create unique index if not exists campaign_next_site_key_is_unique on campaign (next_site_key) where next_site_key is not null;
create unique index if not exists campaign_previous_site_key_is_unique on campaign (previous_site_key) where previous_site_key is not null;
