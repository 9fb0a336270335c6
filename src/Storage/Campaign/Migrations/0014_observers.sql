-- An independent person who supplies a draw's randomness, at level observed. The link's secret is stored by its hash alone; what was supplied
-- is written once.
create table if not exists draw_observer (
  campaign_id uuid not null,
  draw_id uuid not null,
  observer_id uuid not null,
  name text not null,
  email text,
  token_hash bytea not null,
  state text not null,
  created_at timestamptz not null,
  supplied_at timestamptz,
  randomness bytea,
  public_key bytea,
  signature bytea,
  statement text,
  primary key (campaign_id, draw_id, observer_id),
  constraint draw_observer_belongs_to_draw foreign key (campaign_id, draw_id) references draw (campaign_id, draw_id),
  constraint draw_observer_state_is_known check (state in ('pending', 'supplied', 'withdrawn')),
  constraint draw_observer_supplied_everything check (
    (state = 'supplied') = (supplied_at is not null and randomness is not null and public_key is not null and signature is not null and statement is not null))
);

-- One link is good at a time, and one observation is taken.
create unique index if not exists draw_observer_one_at_a_time on draw_observer (campaign_id, draw_id) where state <> 'withdrawn';
