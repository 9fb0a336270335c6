-- Secrets in AES-256-GCM envelopes bound to their row. The nil UUID owns those of the platform itself.
create table if not exists secret (
  tenant_id uuid not null,
  scope text not null,
  name text not null,
  envelope bytea not null,
  updated_at timestamptz not null,
  primary key (tenant_id, scope, name)
);
call protect_tenant_table('secret');
grant select, insert, update, delete on secret to platform_app;

-- ECDSA P-256 keys that sign receipts and certificates. Public keys stay for ever, with their dates.
create table if not exists signing_key (
  key_id text primary key,
  public_key bytea not null,
  private_key bytea not null,
  not_before timestamptz not null,
  retired_at timestamptz,
  constraint signing_key_retires_after_it_began check (retired_at >= not_before)
);
grant select, insert, update (retired_at) on signing_key to platform_app;

-- The Data Protection key ring; key material inside the XML is encrypted under the master key.
create table if not exists data_protection_key (
  friendly_name text primary key,
  xml text not null,
  created_at timestamptz not null
);
grant select, insert on data_protection_key to platform_app;
