-- What a draw goes through between its plan and its certificate, step by step: each column is written once, in the transaction of its step.
alter table draw
  -- At the freeze: the last entry number by pool id, and when the last pool closed.
  add column if not exists last_numbers jsonb,
  add column if not exists closed_at timestamptz,
  -- With the commitment. A draw that is past its freeze and has no signature was committed by an earlier version.
  add column if not exists commitment_hash bytea,
  add column if not exists commitment_signature bytea,
  add column if not exists commitment_key text,
  add column if not exists timestamp_token bytea,
  add column if not exists round bigint,
  add column if not exists chain jsonb,
  add column if not exists excluded_by_reason jsonb,
  add column if not exists commitment_published_at timestamptz,
  -- With the winners.
  add column if not exists beacon_signature text,
  add column if not exists seed bytea,
  add column if not exists trace text,
  -- How many events the newest published certificate holds; null before the first one.
  add column if not exists certified_events integer,
  add column if not exists added_later boolean not null default false,
  add column if not exists succeeds uuid;

-- What happened to a draw after its commitment, in order. Holds no personal data: evidence that does stays with its case.
create table if not exists draw_event (
  campaign_id uuid not null,
  draw_id uuid not null,
  ordinal integer not null,
  kind text not null,
  position integer,
  reason_code text not null,
  clause text,
  evidence_hash bytea,
  actor text not null,
  at timestamptz not null,
  primary key (campaign_id, draw_id, ordinal),
  constraint draw_event_belongs_to_draw foreign key (campaign_id, draw_id) references draw (campaign_id, draw_id),
  constraint draw_event_kind_is_known check (kind in ('winner-replaced', 'closing-changed', 'voided', 'withheld'))
);
