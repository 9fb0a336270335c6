-- What accounts at providers hold, against what campaigns know. The nil UUID owns those of the platform and of this machine ('local').
create table if not exists reconciliation_account (
  tenant_id uuid not null,
  provider text not null,
  is_deleting boolean not null default false,
  asked_at timestamptz,
  next_at timestamptz not null,
  ran_at timestamptz,
  outcome text,
  message text,
  held integer not null default 0,
  ours integer not null default 0,
  due integer not null default 0,
  refused_at timestamptz,
  primary key (tenant_id, provider),
  constraint reconciliation_account_provider_is_known check (provider in ('local', 'supabase', 'github', 'vercel')),
  constraint reconciliation_account_outcome_is_known check (outcome in ('done', 'partial', 'failed'))
);
call protect_tenant_table('reconciliation_account');
call open_to_system('reconciliation_account');
grant select, insert, update, delete on reconciliation_account to platform_app;
grant select on reconciliation_account to platform_reader;

create table if not exists reconciliation_finding (
  tenant_id uuid not null,
  finding_id uuid not null,
  provider text not null,
  part text not null,
  kind text not null,
  state text not null,
  key text not null,
  name text not null,
  marked_as text not null,
  nonce text,
  resource_id text,
  campaign_id uuid,
  detail text not null,
  error text,
  runs integer not null default 1,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  state_at timestamptz not null,
  primary key (tenant_id, finding_id),
  constraint reconciliation_finding_id_is_unique unique (finding_id),
  constraint reconciliation_finding_part_is_known check (part in ('database', 'repository', 'site')),
  constraint reconciliation_finding_kind_is_known check (kind in ('orphan', 'missing', 'drift', 'stranger')),
  constraint reconciliation_finding_state_is_known check (state in ('reported', 'due', 'deleting', 'deleted', 'dismissed', 'resolved')),
  constraint reconciliation_finding_deletes_orphans_alone check (kind = 'orphan' or state not in ('due', 'deleting', 'deleted'))
);
-- A difference stands once, as long as it is there.
create unique index if not exists reconciliation_finding_once on reconciliation_finding (tenant_id, provider, part, kind, key)
  where state not in ('deleted', 'resolved');
call protect_tenant_table('reconciliation_finding');
call open_to_system('reconciliation_finding');
grant select, insert, update, delete on reconciliation_finding to platform_app;
grant select on reconciliation_finding to platform_reader;

-- Whether a mark is known to any campaign, of whichever tenant, and who has an account of their own: of that no token.
call open_to_system('deployment_step');
create index if not exists deployment_step_by_nonce on deployment_step (nonce);
do $$ begin
  drop policy if exists system_reads on provider_account;
  create policy system_reads on provider_account for select to platform_system using (true);
end $$;
grant select (tenant_id, provider, settings, updated_at) on provider_account to platform_system;

-- People are told of deployments and of findings too; the latter belong to no campaign.
alter table notice alter column campaign_id drop not null;
alter table notice drop constraint if exists notice_kind_is_known, add constraint notice_kind_is_known check (kind in ('stock.low', 'stock.out',
  'deployment.paused', 'deployment.quarantined', 'deployment.succeeded', 'reconciliation.found', 'reconciliation.refused'));
