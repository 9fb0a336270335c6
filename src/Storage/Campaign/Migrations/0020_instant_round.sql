-- The beacon round that a pool's instant wins wait for. 0: there is none, and the pool opens by its date alone. Randomness, moments and the opening
-- are written once, in one transaction; the pool takes entries when instant_opened_at is set.
alter table pool
  add column if not exists instant_round bigint not null default 0,
  add column if not exists instant_randomness bytea,
  add column if not exists instant_signature bytea,
  add column if not exists instant_opened_at timestamptz;

-- With a commitment that names a round: its chain as it was known then, and the witness's token.
alter table instant_commitment
  add column if not exists chain jsonb,
  add column if not exists token bytea;

-- What the round brought forth, signed: root and count of all winning moments. Append-only by grants.
create table if not exists instant_opening (
  campaign_id uuid not null,
  pool_id uuid not null,
  opening text not null,
  signature bytea not null,
  key_id text not null,
  at timestamptz not null,
  primary key (campaign_id, pool_id),
  constraint instant_opening_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id)
);
