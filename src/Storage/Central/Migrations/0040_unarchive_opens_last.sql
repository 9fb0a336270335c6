-- Waking the database no longer opens it: a step of its own does, last. Those that were under way before get it, too.
insert into deployment_step (tenant_id, deployment_id, ordinal, name, state, nonce)
select d.tenant_id, d.deployment_id, last.ordinal + 1, 'open-database', 'pending', substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)
from deployment d
join lateral (
  select max(s.ordinal) as ordinal, bool_or(s.name = 'open-database') as opens
  from deployment_step s where s.tenant_id = d.tenant_id and s.deployment_id = d.deployment_id) last on last.ordinal is not null
where d.kind = 'unarchive' and d.state in ('running', 'paused', 'rolling_back', 'quarantined') and not last.opens
on conflict do nothing;
