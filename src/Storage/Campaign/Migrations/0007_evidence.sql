-- What was committed of a pool's instant wins before its first entry, signed. The last one before that entry counts; earlier ones were of
-- publications that were cut short. Append-only by grants.
create table if not exists instant_commitment (
  campaign_id uuid not null,
  pool_id uuid not null,
  ordinal integer not null,
  commitment text not null,
  signature bytea not null,
  key_id text not null,
  at timestamptz not null,
  primary key (campaign_id, pool_id, ordinal),
  constraint instant_commitment_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id)
);

-- Every look at winning moments that were still to come. Printed on the close-out statement. Append-only by grants.
create table if not exists moment_unseal (
  campaign_id uuid not null,
  event_id uuid not null,
  pool_id uuid not null,
  at timestamptz not null,
  actor text not null,
  reason text not null,
  moments bigint not null,
  primary key (campaign_id, event_id),
  constraint moment_unseal_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id),
  constraint moment_unseal_has_a_reason check (length(reason) > 0)
);
