-- The campaign's own facts. Keys lead with campaign_id and no statement names a schema, so that a campaign can move between
-- isolation tiers. Roles: the owner runs this; campaign_role (a variable of the migrator) gets DML only, and on journal
-- and audit INSERT and SELECT alone.
create table if not exists pool (
  campaign_id uuid not null,
  pool_id uuid not null,
  ordinal integer not null,
  name text not null,
  modes text[] not null,
  -- An activation takes the pool by raising the epoch; every batch begins by naming the epoch that it holds.
  epoch bigint not null default 0,
  published boolean not null default false,
  paused boolean not null default false,
  closed_at timestamptz,
  settings jsonb,
  last_number bigint not null default 0,
  last_entered_at timestamptz,
  batch bigint not null default 0,
  head bytea,
  -- Under this secret the pool's hidden choices (generated winning moments) are derived. Encrypted.
  secret bytea not null,
  secret_hash bytea not null,
  primary key (campaign_id, pool_id),
  constraint pool_numbers_are_not_negative check (last_number >= 0 and batch >= 0)
);

create table if not exists prize (
  campaign_id uuid not null,
  prize_id uuid not null,
  pool_id uuid not null,
  ordinal integer not null,
  name text not null,
  kind text not null,
  mode text not null,
  stock bigint,
  allocated bigint not null default 0,
  daily_cap integer,
  per_entrant_max integer,
  fulfilment text not null,
  paused boolean not null default false,
  primary key (campaign_id, prize_id),
  constraint prize_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id),
  constraint prize_kind_is_known check (kind in ('prize', 'gift')),
  constraint prize_is_never_over_allocated check (allocated >= 0 and (stock is null or allocated <= stock)),
  constraint prize_has_stock check (kind = 'gift' or stock is not null)
);

-- Units of a prize awarded per day of the campaign's time zone.
create table if not exists prize_day (
  campaign_id uuid not null,
  prize_id uuid not null,
  day date not null,
  allocated integer not null,
  primary key (campaign_id, prize_id, day),
  constraint prize_day_belongs_to_prize foreign key (campaign_id, prize_id) references prize (campaign_id, prize_id),
  constraint prize_day_is_positive check (allocated > 0)
);

-- A winning moment. When it falls is sealed (encrypted) until it is awarded.
create table if not exists moment (
  campaign_id uuid not null,
  moment_id uuid not null,
  pool_id uuid not null,
  prize_id uuid not null,
  sealed bytea not null,
  chosen boolean not null,
  awarded_number bigint,
  awarded_at timestamptz,
  due_at timestamptz,
  primary key (campaign_id, moment_id),
  constraint moment_belongs_to_prize foreign key (campaign_id, prize_id) references prize (campaign_id, prize_id),
  constraint moment_is_opened_when_awarded check ((awarded_number is null) = (awarded_at is null)
    and (awarded_number is null) = (due_at is null))
);
create unique index if not exists moment_awards_one_entry on moment (campaign_id, pool_id, awarded_number)
  where awarded_number is not null;
create index if not exists moment_by_pool on moment (campaign_id, pool_id);

-- Personal data stands here alone. The identity is a keyed hash of the normalised e-mail address.
create table if not exists entrant (
  campaign_id uuid not null,
  entrant_id uuid not null,
  identity bytea not null,
  person_key bytea not null,
  email text not null,
  first_name text,
  last_name text,
  phone text,
  date_of_birth date,
  postcode text,
  county text,
  country text,
  created_at timestamptz not null,
  primary key (campaign_id, entrant_id),
  constraint entrant_identity_is_unique unique (campaign_id, identity),
  constraint entrant_person_key_is_long check (length(person_key) = 32)
);

create table if not exists entry (
  campaign_id uuid not null,
  pool_id uuid not null,
  number bigint not null,
  entry_id uuid not null,
  entrant_id uuid not null,
  idempotency_key text not null,
  fingerprint bytea not null,
  entered_at timestamptz not null,
  day date not null,
  terms_version integer not null,
  answers jsonb,
  outcome text not null,
  prize_id uuid,
  -- The answer's outcome as it was hashed and told, for identical replays.
  told text not null,
  draws_at timestamptz,
  batch bigint not null,
  path bytea not null,
  excluded text,
  primary key (campaign_id, pool_id, number),
  constraint entry_id_is_unique unique (campaign_id, entry_id),
  constraint entry_key_is_unique unique (campaign_id, idempotency_key),
  constraint entry_belongs_to_entrant foreign key (campaign_id, entrant_id) references entrant (campaign_id, entrant_id),
  constraint entry_number_is_positive check (number > 0),
  constraint entry_outcome_is_known check (outcome in ('prize', 'gift', 'none')),
  constraint entry_outcome_names_its_prize check ((outcome = 'none') = (prize_id is null))
);
create index if not exists entry_by_entrant on entry (campaign_id, entrant_id, pool_id) include (day, entered_at, outcome, prize_id);

create table if not exists consent (
  campaign_id uuid not null,
  entry_id uuid not null,
  purpose text not null,
  version integer not null,
  granted boolean not null,
  at timestamptz not null,
  primary key (campaign_id, entry_id, purpose)
);

-- One record per batch of entries, hash-chained and signed; never changed.
create table if not exists journal (
  campaign_id uuid not null,
  pool_id uuid not null,
  batch bigint not null,
  first_number bigint not null,
  last_number bigint not null,
  previous_head bytea not null,
  root bytea not null,
  head bytea not null,
  record text not null,
  signature bytea not null,
  key_id text not null,
  at timestamptz not null,
  primary key (campaign_id, pool_id, batch),
  constraint journal_numbers_are_gapless unique (campaign_id, pool_id, first_number),
  constraint journal_batch_is_not_empty check (last_number >= first_number)
);

-- Counters kept in the batch's own transaction, so that statistics never count rows. One row per pool and kind of thing.
create table if not exists pool_count (
  campaign_id uuid not null,
  pool_id uuid not null,
  what text not null,
  n bigint not null,
  primary key (campaign_id, pool_id, what)
);
