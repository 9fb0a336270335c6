-- What a draw's frozen list is made from, and what leads from its references back to entries.
-- How many tickets an entry has in prize draws: bonus entries have more. Checked for new rows; the old ones have the default.
alter table entry add column if not exists tickets integer not null default 1;
alter table entry drop constraint if exists entry_has_a_ticket, add constraint entry_has_a_ticket check (tickets > 0) not valid;

-- Who is left out of one draw, with all their entries (staff, winners of an earlier draw, region): what an entry is excluded for by itself
-- stands in entry.excluded. Written before the freeze by whoever judges; read by the freeze.
create table if not exists draw_exclusion (
  campaign_id uuid not null,
  draw_id uuid not null,
  entrant_id uuid not null,
  reason text not null,
  primary key (campaign_id, draw_id, entrant_id),
  constraint draw_exclusion_reason_is_a_code check (reason ~ '^[a-z0-9][a-z0-9-]{0,63}$')
);

-- The entry ids of a frozen list, sixteen bytes each, in the order and the pieces of the central database's draw_list_chunk. It alone leads from
-- a reference to an entry, and may be dropped once that is no longer needed. A build that was cut short leaves pieces under its own id.
create table if not exists draw_list_entries (
  campaign_id uuid not null,
  draw_id uuid not null,
  build uuid not null,
  ordinal integer not null,
  entry_ids bytea not null,
  primary key (campaign_id, draw_id, build, ordinal)
);
alter table draw_list_entries alter column entry_ids set storage external;
