-- A prize draw: committed rules, frozen list, winners in order. Written by its DrawGrain alone, fenced by epoch.
create table if not exists draw (
  campaign_id uuid not null,
  draw_id uuid not null,
  name text not null,
  state text not null,
  level text not null,
  epoch bigint not null default 0,
  rule text not null,
  prizes jsonb not null,
  reserves integer not null,
  from_at timestamptz,
  until_at timestamptz,
  freeze_at timestamptz not null,
  rules text not null,
  rules_hash bytea not null,
  secret bytea not null,
  secret_hash bytea not null,
  frozen_at timestamptz,
  root bytea,
  excluded_root bytea,
  eligible bigint,
  excluded bigint,
  commitment text,
  drawn_at timestamptz,
  revealed_secret bytea,
  published_at timestamptz,
  primary key (campaign_id, draw_id),
  constraint draw_state_is_known check (state in ('planned', 'frozen', 'committed', 'drawn', 'completed', 'void', 'withheld')),
  constraint draw_level_is_known check (level in ('beacon', 'beacon-unwitnessed', 'observed', 'committed'))
);

-- The frozen list, by reference alone: nothing in it names a person.
create table if not exists draw_entry (
  campaign_id uuid not null,
  draw_id uuid not null,
  entry_ref text not null collate "C",
  person_ref text not null,
  entry_id uuid not null,
  tickets integer not null,
  excluded text,
  primary key (campaign_id, draw_id, entry_ref),
  constraint draw_entry_belongs_to_draw foreign key (campaign_id, draw_id) references draw (campaign_id, draw_id)
);

create table if not exists winner (
  campaign_id uuid not null,
  draw_id uuid not null,
  position integer not null,
  role text not null,
  prize text,
  entry_id uuid not null,
  entry_ref text not null,
  state text not null,
  primary key (campaign_id, draw_id, position),
  constraint winner_belongs_to_draw foreign key (campaign_id, draw_id) references draw (campaign_id, draw_id),
  constraint winner_role_is_known check (role in ('winner', 'reserve')),
  constraint winner_state_is_known check (state in ('provisional', 'published'))
);
