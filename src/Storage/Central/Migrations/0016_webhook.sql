-- Addresses that a tenant's notices are posted to. The secret that signs them is encrypted; the reading role never sees it.
create table if not exists webhook (
  tenant_id uuid not null references tenant (tenant_id),
  webhook_id uuid not null,
  url text not null,
  events text[] not null,
  secret bytea not null,
  created_at timestamptz not null,
  primary key (tenant_id, webhook_id),
  constraint webhook_url_is_short check (length(url) <= 2000)
);
call protect_tenant_table('webhook');
grant select, insert, delete on webhook to platform_app;
grant select (tenant_id, webhook_id, url, events, created_at) on webhook to platform_reader;
