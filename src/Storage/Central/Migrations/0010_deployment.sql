-- One run of the provisioning saga. What it meant to do and what came of it is stored step by step, so that a crash at any
-- point resumes and a failure knows what to undo.
create table if not exists deployment (
  tenant_id uuid not null,
  deployment_id uuid not null,
  campaign_id uuid not null,
  kind text not null,
  state text not null,
  cancel_requested boolean not null default false,
  failure text,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, deployment_id),
  constraint deployment_id_is_unique unique (deployment_id),
  constraint deployment_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade,
  constraint deployment_kind_is_known check (kind in ('provision', 'content', 'sync', 'rollback', 'decommission')),
  constraint deployment_state_is_known check (state in ('running', 'paused', 'succeeded', 'rolling_back', 'rolled_back',
    'quarantined', 'cancelled'))
);
-- Two starts of one campaign: one saga wins.
create unique index if not exists deployment_one_at_a_time on deployment (tenant_id, campaign_id)
  where state in ('running', 'paused', 'rolling_back', 'quarantined');
call protect_tenant_table('deployment');
call open_to_system('deployment');
grant select, insert, update, delete on deployment to platform_app;
grant select on deployment to platform_reader;

create table if not exists deployment_step (
  tenant_id uuid not null,
  deployment_id uuid not null,
  ordinal integer not null,
  name text not null,
  state text not null,
  attempts integer not null default 0,
  nonce text not null,
  result jsonb,
  message text,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, deployment_id, ordinal),
  constraint deployment_step_belongs_to_deployment foreign key (tenant_id, deployment_id)
    references deployment (tenant_id, deployment_id) on delete cascade,
  constraint deployment_step_state_is_known check (state in ('pending', 'running', 'succeeded', 'failed', 'undoing', 'undone',
    'quarantined'))
);
call protect_tenant_table('deployment_step');
grant select, insert, update, delete on deployment_step to platform_app;
grant select on deployment_step to platform_reader;

create table if not exists deployment_log (
  tenant_id uuid not null,
  deployment_id uuid not null,
  line bigint generated always as identity,
  at timestamptz not null,
  step text,
  level text not null,
  message text not null,
  primary key (tenant_id, deployment_id, line),
  constraint deployment_log_belongs_to_deployment foreign key (tenant_id, deployment_id)
    references deployment (tenant_id, deployment_id) on delete cascade,
  constraint deployment_log_level_is_known check (level in ('info', 'warning', 'error')),
  constraint deployment_log_message_is_short check (length(message) <= 4000)
);
call protect_tenant_table('deployment_log');
grant select, insert, delete on deployment_log to platform_app;
grant select on deployment_log to platform_reader;
