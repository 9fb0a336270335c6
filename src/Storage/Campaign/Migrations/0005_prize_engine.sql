-- All modes of allocation, caps by the hour, alerts, changes while live, and counters by the hour.
alter table pool add column if not exists held boolean not null default false;
alter table pool add column if not exists entry_code text not null default 'none';
alter table pool add column if not exists free_route text not null default 'post';
-- How many changes of the rules there have been, and the head of their chain; each journal record names the head in force.
alter table pool add column if not exists changes bigint not null default 0;
alter table pool add column if not exists rules_head bytea;
alter table pool drop constraint if exists pool_entry_code_is_known,
  add constraint pool_entry_code_is_known check (entry_code in ('none', 'required'));
alter table pool drop constraint if exists pool_free_route_is_known,
  add constraint pool_free_route_is_known check (free_route in ('post', 'online'));

alter table prize add column if not exists hourly_cap integer;
alter table prize add column if not exists odds_win bigint;
alter table prize add column if not exists odds_out_of bigint;
alter table prize add column if not exists every_nth integer;
alter table prize add column if not exists coupon_batch_id uuid;
-- Units, or percent of the stock, at which the stock is low; at most one of them.
alter table prize add column if not exists low_stock_units bigint;
alter table prize add column if not exists low_stock_percent integer;
-- What has been told of the stock: 0 nothing, 1 low, 2 out. One alert per crossing.
alter table prize add column if not exists alert_level smallint not null default 0;
alter table prize drop constraint if exists prize_mode_is_known,
  add constraint prize_mode_is_known check (mode in ('guaranteed', 'moments', 'probability', 'consolation'));
alter table prize drop constraint if exists prize_odds_go_with_probability,
  add constraint prize_odds_go_with_probability check ((mode = 'probability') = (odds_win is not null)
  and (odds_win is null) = (odds_out_of is null) and (odds_win is null or (odds_win > 0 and odds_win <= odds_out_of)));
alter table prize drop constraint if exists prize_every_nth_goes_with_guaranteed,
  add constraint prize_every_nth_goes_with_guaranteed check (every_nth is null or (mode = 'guaranteed' and every_nth > 0));

-- Units of a prize awarded per hour of the campaign's time zone; the hour by the instant at which it began.
create table if not exists prize_hour (
  campaign_id uuid not null,
  prize_id uuid not null,
  hour timestamptz not null,
  allocated integer not null,
  primary key (campaign_id, prize_id, hour),
  constraint prize_hour_belongs_to_prize foreign key (campaign_id, prize_id) references prize (campaign_id, prize_id),
  constraint prize_hour_is_positive check (allocated > 0)
);

-- Counters by the hour: entries, entrants (new to the campaign), outcome:prize, outcome:gift, outcome:none.
create table if not exists pool_hour (
  campaign_id uuid not null,
  pool_id uuid not null,
  hour timestamptz not null,
  what text not null,
  n bigint not null,
  primary key (campaign_id, pool_id, hour, what)
);

-- What entries are judged by, from a definite number on. Lines are chained: head = H(head before ‖ H(line)).
-- Append-only by grants.
create table if not exists pool_change (
  campaign_id uuid not null,
  pool_id uuid not null,
  ordinal bigint not null,
  from_number bigint not null,
  at timestamptz not null,
  line text not null,
  head bytea not null,
  primary key (campaign_id, pool_id, ordinal),
  constraint pool_change_belongs_to_pool foreign key (campaign_id, pool_id) references pool (campaign_id, pool_id),
  constraint pool_change_number_is_positive check (from_number > 0)
);

-- The pseudonym outlives the person's key: published outcomes can be recomputed after an erasure.
alter table entry add column if not exists person_ref bytea;
-- A keyed hash of the phone number where one was given: limits count by it as they do by the e-mail address.
alter table entry add column if not exists phone_identity bytea;
alter table entry add column if not exists channel text not null default 'web';
create index if not exists entry_by_phone on entry (campaign_id, phone_identity, pool_id) include (day, entered_at, outcome, prize_id)
  where phone_identity is not null;
