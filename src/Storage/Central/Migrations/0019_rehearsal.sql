-- A rehearsal of a campaign: its rows are a schema of their own in the campaign's database. Written by its RehearsalGrain alone, fenced
-- by epoch. The token is kept as its SHA-256.
create table if not exists rehearsal (
  tenant_id uuid not null,
  rehearsal_id uuid not null,
  campaign_id uuid not null,
  state text not null,
  message text,
  token_hash bytea not null,
  settings jsonb not null,
  epoch bigint not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  -- Generated traffic: what was asked for, and how far it is. What is counted here was answered.
  run jsonb,
  run_state text,
  run_message text,
  run_sent bigint not null default 0,
  run_accepted bigint not null default 0,
  run_refused bigint not null default 0,
  run_started_at timestamptz,
  run_ended_at timestamptz,
  primary key (tenant_id, rehearsal_id),
  constraint rehearsal_id_is_unique unique (rehearsal_id),
  constraint rehearsal_token_is_unique unique (token_hash),
  constraint rehearsal_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade,
  constraint rehearsal_token_hash_is_sha256 check (length(token_hash) = 32),
  constraint rehearsal_state_is_known check (state in ('preparing', 'ready', 'failed', 'deleting')),
  constraint rehearsal_run_state_is_known check (run_state in ('running', 'done', 'stopped', 'failed')),
  constraint rehearsal_run_is_whole check ((run is null) = (run_state is null) and (run is null) = (run_started_at is null)),
  constraint rehearsal_run_counts_fit check (run_sent = run_accepted + run_refused and run_accepted >= 0 and run_refused >= 0)
);
create index if not exists rehearsal_by_campaign on rehearsal (tenant_id, campaign_id);
call protect_tenant_table('rehearsal');
grant select, insert, update, delete on rehearsal to platform_app;
grant select on rehearsal to platform_reader;
