-- What happens to a draw after its commitment: winners replaced, draws declared void, draws that succeed them.
alter table winner drop constraint if exists winner_state_is_known,
  add constraint winner_state_is_known check (state in ('provisional', 'published', 'replaced'));

alter table draw
  add column if not exists voided_at timestamptz,
  -- As it was given; the event of a committed draw holds its hash alone.
  add column if not exists void_reason text;

-- A void draw has one successor at the most, and no secret serves two draws.
create unique index if not exists draw_has_one_successor on draw (campaign_id, succeeds) where succeeds is not null;
create unique index if not exists draw_has_its_own_secret on draw (campaign_id, secret_hash);

-- What an event was decided on. It may hold personal data, and so stays here: the event has SHA-256(salt || evidence), salted so that nobody can
-- try guesses against what is public.
create table if not exists draw_case (
  campaign_id uuid not null,
  draw_id uuid not null,
  ordinal integer not null,
  salt bytea not null,
  evidence text not null,
  primary key (campaign_id, draw_id, ordinal),
  constraint draw_case_belongs_to_event foreign key (campaign_id, draw_id, ordinal) references draw_event (campaign_id, draw_id, ordinal)
);
