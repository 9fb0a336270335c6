-- Entries that were taken before hours were counted are counted now, so that statistics are whole and hourly caps know what the hour has
-- given. A pool that has counted an hour already is left as it is.
insert into pool_hour (campaign_id, pool_id, hour, what, n)
select e.campaign_id, e.pool_id, date_trunc('hour', e.entered_at, coalesce(p.settings ->> 'timeZone', 'Europe/London')), w.what, count(*)
from entry e
join pool p on p.campaign_id = e.campaign_id and p.pool_id = e.pool_id
cross join lateral (values ('entries'), ('outcome:' || e.outcome)) as w (what)
where not exists (select from pool_hour h where h.campaign_id = e.campaign_id and h.pool_id = e.pool_id)
group by 1, 2, 3, 4
on conflict do nothing;

-- People are new to the campaign with their first entry.
insert into pool_hour (campaign_id, pool_id, hour, what, n)
select f.campaign_id, f.pool_id, date_trunc('hour', f.entered_at, coalesce(p.settings ->> 'timeZone', 'Europe/London')), 'entrants', count(*)
from (
  select distinct on (campaign_id, entrant_id) campaign_id, entrant_id, pool_id, entered_at
  from entry order by campaign_id, entrant_id, entered_at, number) f
join pool p on p.campaign_id = f.campaign_id and p.pool_id = f.pool_id
where not exists (select from pool_hour h where h.campaign_id = f.campaign_id and h.pool_id = f.pool_id and h.what = 'entrants')
  and exists (select from pool_hour h where h.campaign_id = f.campaign_id and h.pool_id = f.pool_id)
group by 1, 2, 3
on conflict do nothing;

insert into prize_hour (campaign_id, prize_id, hour, allocated)
select e.campaign_id, e.prize_id, date_trunc('hour', e.entered_at, coalesce(p.settings ->> 'timeZone', 'Europe/London')), count(*)
from entry e
join pool p on p.campaign_id = e.campaign_id and p.pool_id = e.pool_id
where e.prize_id is not null
  and not exists (select from prize_hour h where h.campaign_id = e.campaign_id and h.prize_id = e.prize_id)
group by 1, 2, 3
on conflict do nothing;
