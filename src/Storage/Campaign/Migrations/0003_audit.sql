-- Administrative events of grains whose truth is in this database, written in the same transaction as what they tell of, and
-- relayed to the central audit log by event id. Append-only by grants; what is still to be relayed stands in the outbox.
create table if not exists audit (
  campaign_id uuid not null,
  event_id uuid not null,
  at timestamptz not null,
  actor text not null,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  primary key (campaign_id, event_id)
);
create table if not exists outbox (
  campaign_id uuid not null,
  event_id uuid not null,
  kind text not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (campaign_id, event_id)
);
