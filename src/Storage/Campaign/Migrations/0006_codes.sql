-- Batches of codes: coupons, handed out with a prize, and entry codes, consumed by an entry. Codes of a batch are numbered 1 … generated
-- without gaps, each stored in its canonical spelling (capitals and digits, no separators).
create table if not exists code_batch (
  campaign_id uuid not null,
  batch_id uuid not null,
  kind text not null,
  name text not null,
  prefix text not null,
  pattern text not null,
  source text not null,
  state text not null,
  count bigint not null,
  generated bigint not null default 0,
  -- Coupons that pools have set aside: 1 … reserved.
  reserved bigint not null default 0,
  -- Coupons handed out, or entry codes consumed.
  assigned bigint not null default 0,
  redeemed bigint not null default 0,
  epoch bigint not null default 0,
  created_at timestamptz not null,
  expires_at timestamptz,
  expired_at timestamptz,
  primary key (campaign_id, batch_id),
  constraint code_batch_prefix_is_unique unique (campaign_id, prefix),
  constraint code_batch_kind_is_known check (kind in ('coupon', 'entry')),
  constraint code_batch_source_is_known check (source in ('generated', 'imported')),
  constraint code_batch_state_is_known check (state in ('generating', 'importing', 'ready', 'failed', 'expired')),
  constraint code_batch_counts_fit check (0 <= redeemed and redeemed <= assigned and assigned <= generated and reserved <= generated
    and (source = 'imported' or generated <= count))
);

create table if not exists code (
  campaign_id uuid not null,
  batch_id uuid not null,
  seq bigint not null,
  code text not null collate "C",
  -- As an import spelled it, where that differs from the canonical spelling: shown to people as it stands. Null: shown by the batch's pattern.
  shown text,
  primary key (campaign_id, batch_id, seq),
  constraint code_is_unique unique (campaign_id, code)
);

-- Coupons that a pool holds, ready to be handed out in an entry's own transaction.
create table if not exists code_reservation (
  campaign_id uuid not null,
  pool_id uuid not null,
  batch_id uuid not null,
  first_seq bigint not null,
  last_seq bigint not null,
  primary key (campaign_id, batch_id, first_seq),
  constraint code_reservation_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id),
  constraint code_reservation_is_not_empty check (last_seq >= first_seq)
);
create index if not exists code_reservation_by_pool on code_reservation (campaign_id, pool_id);

-- A coupon in an entrant's hands, or an entry code that was consumed: once each.
create table if not exists code_taken (
  campaign_id uuid not null,
  batch_id uuid not null,
  seq bigint not null,
  pool_id uuid not null,
  number bigint not null,
  at timestamptz not null,
  redeemed_at timestamptz,
  redemption_key text,
  redeemed_by text,
  primary key (campaign_id, batch_id, seq),
  constraint code_taken_is_a_code foreign key (campaign_id, batch_id, seq) references code (campaign_id, batch_id, seq),
  constraint code_taken_redemption_is_whole check ((redeemed_at is null) = (redeemed_by is null))
);
create index if not exists code_taken_by_entry on code_taken (campaign_id, pool_id, number);

-- One import of codes from a file, as far as it has been read, with its rejects (at most 1,000 kept of what was refused). Sent again
-- under the same Idempotency-Key it goes on from there; digest is over the lines read so far, so that only the same file does.
create table if not exists code_import (
  campaign_id uuid not null,
  batch_id uuid not null,
  import_id uuid not null,
  at timestamptz not null,
  lines bigint not null,
  accepted bigint not null,
  rejected bigint not null,
  rejects jsonb not null,
  digest bytea not null,
  finished_at timestamptz,
  primary key (campaign_id, batch_id, import_id)
);
