-- The versions of the site template as they were last seen, by the place where it is kept: 'local' or 'github:owner/name'. Greater numbers are
-- newer. No tenant's data, so no tenant's table.
create table if not exists template_version (
  source text not null,
  tag text not null,
  commit_id text not null,
  number integer not null,
  message text,
  seen_at timestamptz not null,
  primary key (source, tag),
  constraint template_version_tag_is_short check (length(tag) between 1 and 100),
  constraint template_version_source_is_short check (length(source) between 1 and 200)
);
grant select, insert, update, delete on template_version to platform_app;
grant select on template_version to platform_reader, platform_system;

-- What each site has of the template, and how it takes more. It begins with the provisioning (home_id) that made its repository.
create table if not exists site_sync (
  tenant_id uuid not null,
  campaign_id uuid not null,
  home_id uuid not null,
  source text not null,
  base_tag text not null,
  base_commit text not null,
  picks text[] not null default '{}',
  migrations text[] not null default '{}',
  policy text not null default 'push',
  is_pinned boolean not null default false,
  skipped text[] not null default '{}',
  refused text[] not null default '{}',
  declined text[] not null default '{}',
  local_changes integer,
  review jsonb,
  review_at timestamptz,
  version bigint not null default 0,
  primary key (tenant_id, campaign_id),
  constraint site_sync_is_of_a_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id) on delete cascade,
  constraint site_sync_policy_is_known check (policy in ('push', 'pull_request')),
  constraint site_sync_local_changes_are_not_negative check (local_changes >= 0)
);
call protect_tenant_table('site_sync');
-- Where the template is kept that any site takes, and the list that super admins read.
call open_to_system('site_sync');
grant select, insert, update, delete on site_sync to platform_app;
grant select on site_sync to platform_reader;

-- Each sync, roll-back and preview of a site: what is asked, before anything is called, and how it came out.
create table if not exists site_sync_run (
  tenant_id uuid not null,
  sync_id uuid not null,
  campaign_id uuid not null,
  kind text not null,
  release_id uuid,
  undoes uuid,
  nonce text not null,
  wanted jsonb not null,
  base_before jsonb not null,
  base_after jsonb,
  state text not null,
  result text,
  reason text,
  commit_id text,
  before_commit text,
  files jsonb not null default '[]',
  diff text not null default '',
  diff_is_cut boolean not null default false,
  deployment_id uuid,
  health text,
  attempts integer not null default 0,
  next_at timestamptz,
  version bigint not null default 0,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, sync_id),
  constraint site_sync_run_is_of_a_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id) on delete cascade,
  constraint site_sync_run_kind_is_known check (kind in ('sync', 'rollback', 'preview')),
  constraint site_sync_run_state_is_known check (state in ('pending', 'running', 'deploying', 'succeeded', 'failed')),
  constraint site_sync_run_result_is_known check (result in ('up_to_date', 'pushed', 'pull_request', 'conflict_pull_request', 'refused', 'skipped')),
  constraint site_sync_run_health_is_known check (health in ('healthy', 'unhealthy')),
  constraint site_sync_run_diff_is_short check (length(diff) <= 262144)
);
-- One at a time for each site; previews push nothing, and have a turn of their own.
create unique index if not exists site_sync_run_is_one_at_a_time on site_sync_run (tenant_id, campaign_id, (kind = 'preview')) where state in ('pending', 'running');
-- What is asked for again is the same, unless it failed.
create unique index if not exists site_sync_run_is_one_of_a_release on site_sync_run (tenant_id, campaign_id, release_id, kind)
  where release_id is not null and kind <> 'rollback' and state <> 'failed';
create unique index if not exists site_sync_run_is_undone_once on site_sync_run (tenant_id, undoes) where undoes is not null and state <> 'failed';
create index if not exists site_sync_run_by_campaign on site_sync_run (tenant_id, campaign_id, sync_id desc);
call protect_tenant_table('site_sync_run');
call open_to_system('site_sync_run');
grant select, insert, update, delete on site_sync_run to platform_app;
grant select on site_sync_run to platform_reader;

-- What the step create-repository of a provisioning came to is where a site begins. Run for all here, and with each provisioning's end.
create or replace function begin_site_sync(of_tenant uuid, of_campaign uuid) returns void language sql as $$
  insert into site_sync as known (tenant_id, campaign_id, home_id, source, base_tag, base_commit)
  select c.tenant_id, c.campaign_id, d.deployment_id,
    case when coalesce(c.settings #>> '{providers,repository}', 'local') = 'local' then 'local'
      else 'github:' || coalesce((select a.settings->>'template' from provider_account a
        where a.provider = 'github' and a.tenant_id in (c.tenant_id, '00000000-0000-0000-0000-000000000000')
        order by a.tenant_id = c.tenant_id desc limit 1), '') end,
    s.result->>'templateTag', s.result->>'templateCommit'
  from campaign c
  cross join lateral (
    select p.deployment_id from deployment p where p.tenant_id = c.tenant_id and p.campaign_id = c.campaign_id and p.kind = 'provision' and p.state = 'succeeded'
    order by p.deployment_id desc limit 1) d
  join deployment_step s on s.tenant_id = c.tenant_id and s.deployment_id = d.deployment_id and s.name = 'create-repository' and s.state = 'succeeded'
    and s.result->>'templateTag' is not null and s.result->>'templateCommit' is not null
  where (of_tenant is null or c.tenant_id = of_tenant) and (of_campaign is null or c.campaign_id = of_campaign)
  on conflict (tenant_id, campaign_id) do update set home_id = excluded.home_id, source = excluded.source, base_tag = excluded.base_tag,
    base_commit = excluded.base_commit, picks = '{}', migrations = '{}', skipped = '{}', refused = '{}', declined = '{}', local_changes = null,
    review = null, review_at = null, version = known.version + 1
    where known.home_id <> excluded.home_id
$$;
revoke execute on function begin_site_sync(uuid, uuid) from public;
grant execute on function begin_site_sync(uuid, uuid) to platform_app;
select begin_site_sync(null, null);
