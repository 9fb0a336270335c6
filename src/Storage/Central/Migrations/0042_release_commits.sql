-- What a release's version means at each place of the template, from the first site that it comes to: a tag that is moved afterwards means something that no canary has seen.
alter table template_release add column if not exists commits jsonb not null default '{}';
