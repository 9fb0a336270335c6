-- Who lets a dry run go to the sites may be another one than who made it: what is done to the sites then is in that one's name.
alter table template_release add column if not exists started_by text;
