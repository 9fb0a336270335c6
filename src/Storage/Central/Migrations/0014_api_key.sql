-- Credentials of machines: a name, what they may do, and the SHA-256 of a secret of 256 random bits, which is told once. Written by the
-- key's grain alone. A revoked key stays, so that what it did can be told.
create table if not exists api_key (
  tenant_id uuid not null references tenant (tenant_id),
  key_id uuid not null,
  name text not null,
  scopes text[] not null,
  secret_hash bytea not null,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (tenant_id, key_id),
  constraint api_key_secret_is_unique unique (secret_hash),
  constraint api_key_secret_is_a_hash check (length(secret_hash) = 32),
  constraint api_key_may_do_something check (cardinality(scopes) > 0)
);
call protect_tenant_table('api_key');
-- A request is signed in by its secret before any tenant is known.
call open_to_system('api_key');
grant select, insert, update on api_key to platform_app;
grant select on api_key to platform_reader;
