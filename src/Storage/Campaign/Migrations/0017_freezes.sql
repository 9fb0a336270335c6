-- A draw is frozen at definite entry numbers while its pools may stay open (weekly draws), and entries that came by post are keyed in until then.
alter table pool
  -- No later entry of the pool counts as received before this instant: the draw that such entries belong to is frozen.
  add column if not exists frozen_until timestamptz,
  -- From here on sites' entries are refused. closed_at, with the same instant, is written when nothing can be keyed in any more either.
  add column if not exists ended_at timestamptz;
update pool set ended_at = closed_at where closed_at is not null and ended_at is null;

-- When an entry that was keyed in had been received, and how it came: draws cover it by this instant. Entries of sites have no row here, and
-- are covered by their entered_at.
create table if not exists keyed_entry (
  campaign_id uuid not null,
  pool_id uuid not null,
  number bigint not null,
  received_at timestamptz not null,
  channel text not null,
  primary key (campaign_id, pool_id, number)
);
