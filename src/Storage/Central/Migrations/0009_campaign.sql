-- A campaign's central row: its settings and where it stands. Written by its CampaignGrain alone, fenced by epoch.
create table if not exists campaign (
  tenant_id uuid not null references tenant (tenant_id),
  campaign_id uuid not null,
  name text not null,
  slug text,
  state text not null,
  settings jsonb not null,
  opens_at timestamptz,
  closes_at timestamptz,
  version bigint not null default 1,
  epoch bigint not null default 0,
  site_key text,
  site_url text,
  template_tag text,
  template_commit text,
  deployment_id uuid,
  database jsonb,
  published_at timestamptz,
  paused boolean not null default false,
  closed_at timestamptz,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (tenant_id, campaign_id),
  constraint campaign_id_is_unique unique (campaign_id),
  constraint campaign_slug_is_unique unique (slug),
  constraint campaign_site_key_is_unique unique (site_key),
  constraint campaign_state_is_known check (state in ('draft', 'provisioning', 'ready', 'scheduled', 'live', 'paused', 'closed',
    'drawn', 'completed', 'archived', 'decommissioned', 'failed', 'rolled_back')),
  constraint campaign_closes_after_it_opens check (closes_at > opens_at)
);
call protect_tenant_table('campaign');
call open_to_system('campaign');
grant select, insert, update, delete on campaign to platform_app;
grant select on campaign to platform_reader;

-- Pools and draws by id: which campaign an id belongs to. Copies for lists; the campaign's database is the authority.
create table if not exists campaign_part (
  tenant_id uuid not null,
  part_id uuid not null,
  campaign_id uuid not null,
  kind text not null,
  primary key (tenant_id, part_id),
  constraint campaign_part_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade,
  constraint campaign_part_kind_is_known check (kind in ('pool', 'prize', 'draw'))
);
call protect_tenant_table('campaign_part');
call open_to_system('campaign_part');
grant select, insert, update, delete on campaign_part to platform_app;
grant select on campaign_part to platform_reader;

-- Every version of the terms that a campaign has had; outlives the campaign's database.
create table if not exists terms_version (
  tenant_id uuid not null,
  campaign_id uuid not null,
  version integer not null,
  hash bytea not null,
  body text not null,
  free_route text,
  created_at timestamptz not null,
  primary key (tenant_id, campaign_id, version),
  constraint terms_version_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade
);
call protect_tenant_table('terms_version');
grant select, insert, delete on terms_version to platform_app;
grant select on terms_version to platform_reader;
