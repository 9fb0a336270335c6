-- A release of the template goes to sites of many tenants: it is the platform's, and its row belongs to none.
create table if not exists template_release (
  release_id uuid primary key,
  version text,
  picks text[] not null default '{}',
  state text not null,
  message text,
  settings jsonb not null,
  waves jsonb not null,
  rolls_back_from integer,
  epoch bigint not null default 0,
  created_at timestamptz not null,
  created_by text not null,
  started_at timestamptz,
  ended_at timestamptz,
  constraint template_release_state_is_known check (state in ('planning', 'planned', 'running', 'paused', 'rolling_back', 'rolled_back', 'succeeded')),
  constraint template_release_takes_something check ((version is null) = (cardinality(picks) > 0))
);
-- Two at once would push past each other.
create unique index if not exists template_release_is_one_at_a_time on template_release ((true)) where state in ('planning', 'running', 'paused', 'rolling_back');
grant select, insert, update on template_release to platform_app;
grant select on template_release to platform_reader, platform_system;

-- What becomes of each site in it. What stands in the site (is_in) must be reached by a roll-back. Submissions before the push are kept
-- (taken_before, refused_before), so that those after it can be compared.
create table if not exists release_site (
  tenant_id uuid not null,
  release_id uuid not null,
  campaign_id uuid not null,
  wave integer not null,
  state text not null,
  reason text,
  from_tag text not null,
  is_in boolean not null default false,
  is_healthy boolean,
  is_suspect boolean not null default false,
  sync_id uuid,
  rollback_id uuid,
  taken_before bigint,
  refused_before bigint,
  started_at timestamptz,
  pushed_at timestamptz,
  ended_at timestamptz,
  primary key (tenant_id, release_id, campaign_id),
  constraint release_site_is_of_a_release foreign key (release_id) references template_release (release_id) on delete cascade,
  constraint release_site_is_of_a_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id) on delete cascade,
  constraint release_site_state_is_known check (state in ('pending', 'running', 'up_to_date', 'pushed', 'pull_request', 'conflict_pull_request', 'refused',
    'failed', 'held', 'skipped', 'rolling_back', 'rolled_back')),
  constraint release_site_wave_is_positive check (wave > 0)
);
create index if not exists release_site_by_release on release_site (release_id, wave, campaign_id);
call protect_tenant_table('release_site');
-- A release sees all of its sites, of whichever tenant.
call open_to_system('release_site');
grant select, insert, update on release_site to platform_app;
grant select on release_site to platform_reader;

-- People are told when a release stops, and when it was put back.
alter table notice drop constraint if exists notice_kind_is_known, add constraint notice_kind_is_known check (kind in ('stock.low', 'stock.out',
  'deployment.paused', 'deployment.quarantined', 'deployment.quarantine_cleared', 'deployment.succeeded', 'reconciliation.found', 'reconciliation.refused',
  'domain.active', 'domain.lost', 'domain.given_up', 'release.paused', 'release.rolled_back'));
