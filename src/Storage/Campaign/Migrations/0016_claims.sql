-- A winner's claim to what a place of the order holds. One per place for ever: whoever moves up has a place, and so a claim, of their own.
create table if not exists claim (
  campaign_id uuid not null,
  claim_id uuid not null,
  draw_id uuid not null,
  position integer not null,
  entry_id uuid not null,
  prize text not null,
  -- The token itself is derived when it is needed, and stands nowhere.
  token_hash bytea not null,
  state text not null default 'told',
  version bigint not null default 1,
  told_at timestamptz not null,
  -- When the winner is reminded; null once that has been done, and where there is no time for it.
  remind_at timestamptz,
  deadline timestamptz not null,
  claimed_at timestamptz,
  ended_at timestamptz,
  -- When a lapsed prize had gone on to the next in the order.
  passed_on_at timestamptz,
  -- When managers were told that a prize is overdue (CAP Code 8.15.1).
  overdue_told_at timestamptz,
  -- Who the prize is sent to: personal data, as the entrant's.
  name text,
  address text,
  phone text,
  guardian text,
  publication text,
  carrier text,
  reference text,
  note text,
  dispatched_at timestamptz,
  delivered_at timestamptz,
  primary key (campaign_id, claim_id),
  constraint claim_is_the_only_one_of_its_place unique (campaign_id, draw_id, position),
  constraint claim_token_is_unique unique (campaign_id, token_hash),
  constraint claim_state_is_known check (state in ('told', 'claimed', 'lapsed', 'replaced', 'preparing', 'dispatched', 'delivered')),
  constraint claim_publication_is_known check (publication in ('agreed', 'objected')),
  constraint claim_belongs_to_draw foreign key (campaign_id, draw_id) references draw (campaign_id, draw_id)
);

-- Whoever keeps the claims takes them by raising the epoch; every change begins by naming the epoch that it holds.
create table if not exists claim_keeper (
  campaign_id uuid not null,
  epoch bigint not null default 0,
  primary key (campaign_id)
);
