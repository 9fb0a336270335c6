-- A campaign's own domains, as far as they have come. A name stands once in the whole installation, until it is removed or its campaign is.
create table if not exists campaign_domain (
  tenant_id uuid not null,
  campaign_id uuid not null,
  name text not null,
  state text not null,
  is_placed boolean not null default false,
  problem text,
  fault text,
  records jsonb not null default '[]',
  version bigint not null default 0,
  added_at timestamptz not null,
  since timestamptz not null,
  checked_at timestamptz,
  next_at timestamptz,
  primary key (tenant_id, campaign_id, name),
  constraint campaign_domain_is_of_one_campaign unique (name),
  constraint campaign_domain_is_of_a_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id) on delete cascade,
  constraint campaign_domain_name_is_a_name check (name = lower(name) and length(name) between 3 and 253),
  constraint campaign_domain_state_is_known check (state in ('added', 'pending_verification', 'verified_misconfigured', 'active', 'taken', 'failed', 'removing')),
  constraint campaign_domain_fault_is_known check (fault in ('transient', 'name_taken', 'quota', 'unauthorized', 'rejected'))
);
call protect_tenant_table('campaign_domain');
-- The look-up of a site by its key tells the origins of its domains too.
call open_to_system('campaign_domain');
grant select, insert, update, delete on campaign_domain to platform_app;
grant select on campaign_domain to platform_reader;

-- People are told of domains too.
alter table notice drop constraint if exists notice_kind_is_known, add constraint notice_kind_is_known check (kind in ('stock.low', 'stock.out',
  'deployment.paused', 'deployment.quarantined', 'deployment.succeeded', 'reconciliation.found', 'reconciliation.refused',
  'domain.active', 'domain.lost', 'domain.given_up'));
