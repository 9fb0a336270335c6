-- A client of the agency. Written by its TenantGrain alone; version goes into the ETag.
create table if not exists tenant (
  tenant_id uuid primary key,
  name text not null,
  slug text not null,
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint tenant_slug_is_unique unique (slug),
  constraint tenant_id_is_not_the_platform check (tenant_id <> '00000000-0000-0000-0000-000000000000')
);
call protect_tenant_table('tenant');
call open_to_system('tenant');
grant select, insert, update on tenant to platform_app;
grant select on tenant to platform_reader;
