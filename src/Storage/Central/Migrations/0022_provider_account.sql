-- Accounts at cloud providers that campaigns' parts are made with. The nil UUID owns those of the platform, which a tenant without an account
-- of its own uses. The token is encrypted; the reading role never sees it.
create table if not exists provider_account (
  tenant_id uuid not null,
  provider text not null,
  settings jsonb not null,
  token bytea not null,
  updated_at timestamptz not null,
  primary key (tenant_id, provider),
  constraint provider_account_provider_is_known check (provider in ('supabase', 'github', 'vercel'))
);
call protect_tenant_table('provider_account');
grant select, insert, update, delete on provider_account to platform_app;
grant select (tenant_id, provider, settings, updated_at) on provider_account to platform_reader;
