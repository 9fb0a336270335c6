-- Accounts of people. They belong to the installation, not to a tenant; the reading role never sees a password hash.
create table if not exists platform_user (
  user_id uuid primary key,
  email text not null,
  normalized_email text not null,
  password_hash text not null,
  security_stamp text not null,
  access_failed_count integer not null default 0,
  lockout_end timestamptz,
  role text not null,
  disabled boolean not null default false,
  version bigint not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint user_email_is_unique unique (normalized_email),
  constraint user_role_is_known check (role in ('super_admin', 'campaign_manager', 'read_only')),
  constraint user_failures_are_not_negative check (access_failed_count >= 0)
);
grant select, insert, update on platform_user to platform_app;
-- Login alone: who the user is stays with UserGrain.
grant select, update (password_hash, security_stamp, access_failed_count, lockout_end) on platform_user to platform_system;

-- The tenants that a user sees.
create table if not exists user_tenant (
  tenant_id uuid not null,
  user_id uuid not null,
  primary key (tenant_id, user_id),
  constraint user_tenant_names_a_tenant foreign key (tenant_id) references tenant (tenant_id),
  constraint user_tenant_names_a_user foreign key (user_id) references platform_user (user_id) on delete cascade
);
create index if not exists user_tenant_by_user on user_tenant (user_id);
call protect_tenant_table('user_tenant');
call open_to_system('user_tenant');
grant select, insert, delete on user_tenant to platform_app;
