-- In whose account at a provider, and where in it (organization, owner, team), a step makes its part: stored before the first call, so that a campaign
-- stays where it was made, whatever account is set later. The nil UUID is the platform's account. Null for what is made on this machine.
alter table deployment_step add column if not exists account_owner uuid, add column if not exists account_provider text, add column if not exists account_place text;
alter table deployment_step drop constraint if exists deployment_step_account_is_whole, add constraint deployment_step_account_is_whole
  check ((account_owner is null) = (account_provider is null) and (account_owner is null) = (account_place is null));
create index if not exists deployment_step_by_account on deployment_step (account_owner, account_provider) where account_owner is not null;

-- What was made before is in the account that is used now.
update deployment_step s set account_owner = a.tenant_id, account_provider = a.provider,
  account_place = coalesce(a.settings->>'organization', lower(a.settings->>'owner'), a.settings->>'team', '')
from deployment d
join campaign c on c.tenant_id = d.tenant_id and c.campaign_id = d.campaign_id
cross join (values ('create-database', 'database'), ('create-repository', 'repository'), ('create-site', 'site')) as m (step, part)
join lateral (
  select p.* from provider_account p
  where p.provider = c.settings->'providers'->>m.part and p.tenant_id in (c.tenant_id, '00000000-0000-0000-0000-000000000000')
  order by p.tenant_id <> c.tenant_id limit 1) a on true
where d.tenant_id = s.tenant_id and d.deployment_id = s.deployment_id and m.step = s.name
  and d.kind = 'provision' and s.state not in ('pending', 'undone') and s.account_owner is null;
