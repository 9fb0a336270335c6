-- What was lately asked of each account at a provider, shared by all hosts: per limit what still counts against it and until when, and per bucket
-- (window 0) until when nobody asks. An account is named by a hash. No tenant's data, so no tenant's table.
create table if not exists request_budget (
  account text not null,
  bucket text not null,
  window_ms integer not null,
  blocked_until timestamptz,
  ends timestamptz[] not null default '{}',
  points integer[] not null default '{}',
  updated_at timestamptz not null,
  primary key (account, bucket, window_ms),
  constraint request_budget_window_is_not_negative check (window_ms >= 0),
  constraint request_budget_points_have_ends check (cardinality(ends) = cardinality(points))
);
create index if not exists request_budget_by_age on request_budget (updated_at);
grant select, insert, update, delete on request_budget to platform_app;

-- Takes the cost from every limit at once and answers 0, or takes nothing and answers after how many milliseconds to ask again. The clock is this
-- server's, which all hosts share. What was taken counts for its window rounded up to a fiftieth, so that a row stays short and no window ever
-- holds more than its limit. A cost beyond a limit is taken once nothing else stands in the window.
create or replace function take_requests(of_account text, of_buckets text[], of_windows integer[], of_limits integer[], cost integer)
returns integer language plpgsql as $$
declare
  taken_at timestamptz;
  free_at timestamptz;
begin
  insert into request_budget (account, bucket, window_ms, updated_at)
  select of_account, r.bucket, r.window_ms, clock_timestamp() from unnest(of_buckets, of_windows) as r (bucket, window_ms)
  order by r.bucket collate "C", r.window_ms
  on conflict do nothing;
  perform from request_budget b join unnest(of_buckets, of_windows) as r (bucket, window_ms) using (bucket, window_ms)
  where b.account = of_account order by b.bucket collate "C", b.window_ms for update of b;
  -- Read once the rows are ours: what others took while we waited was taken before.
  taken_at := clock_timestamp();

  select max(greatest(b.blocked_until, case when b.window_ms = 0 then null else (
    select min(e.at) from (select taken_at union all select unnest(b.ends)) as e (at)
    where e.at >= taken_at
      and coalesce((select sum(t.points) from unnest(b.ends, b.points) as t (until, points) where t.until > e.at), 0) + least(cost, r.limit_points) <= r.limit_points
  ) end)) into free_at
  from request_budget b join unnest(of_buckets, of_windows, of_limits) as r (bucket, window_ms, limit_points) using (bucket, window_ms)
  where b.account = of_account;
  if free_at > taken_at then
    return ceil(extract(epoch from free_at - taken_at) * 1000);
  end if;

  update request_budget b set (ends, points, updated_at) = (
    select coalesce(array_agg(k.until order by k.until), '{}'), coalesce(array_agg(k.points order by k.until), '{}'), taken_at from (
      select t.until, sum(t.points)::integer as points from (
        select until, points from unnest(b.ends, b.points) as kept (until, points) where until > taken_at
        union all
        select to_timestamp(ceil((extract(epoch from taken_at) * 1000 + b.window_ms) * 50 / b.window_ms) * b.window_ms / 50 / 1000), cost where cost > 0
      ) as t group by t.until
    ) as k)
  from unnest(of_buckets, of_windows) as r (bucket, window_ms)
  where b.account = of_account and b.bucket = r.bucket and b.window_ms = r.window_ms and b.window_ms > 0;
  return 0;
end $$;
revoke execute on function take_requests(text, text[], integer[], integer[], integer) from public;
grant execute on function take_requests(text, text[], integer[], integer[], integer) to platform_app;
