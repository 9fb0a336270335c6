-- The one installation that this database belongs to. Its identity stands in what it makes at cloud providers, so that two installations on
-- one account tell their own from the other's. A copy of an older state is a new incarnation: until somebody has confirmed that it may act,
-- what would delete, draw or forget only reports. Each host keeps the highest count of looks that it saw outside the database: a lower
-- one here means that the database was set back.
create table if not exists installation (
  is_the_only_one boolean primary key default true,
  identity uuid not null,
  incarnation uuid not null,
  began_at timestamptz not null,
  confirmed_at timestamptz,
  looks bigint not null default 0,
  constraint installation_is_one check (is_the_only_one),
  constraint installation_looks_are_not_negative check (looks >= 0)
);
grant select, update on installation to platform_app;
grant select on installation to platform_reader;
insert into installation (identity, incarnation, began_at, confirmed_at) values (gen_random_uuid(), gen_random_uuid(), now(), now())
on conflict do nothing;
