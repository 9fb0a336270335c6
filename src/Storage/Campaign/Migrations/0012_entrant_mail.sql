-- What an entrant is to be told by mail. The address is looked up when it is sent, and stands nowhere but with the entrant.
create table if not exists entrant_mail (
  campaign_id uuid not null,
  mail_id uuid not null,
  entry_id uuid not null,
  kind text not null,
  -- What the text needs beside the entry: no personal data.
  body jsonb not null,
  state text not null default 'pending',
  attempts integer not null default 0,
  next_at timestamptz not null,
  leased_until timestamptz,
  error text,
  created_at timestamptz not null,
  ended_at timestamptz,
  primary key (campaign_id, mail_id),
  constraint entrant_mail_state_is_known check (state in ('pending', 'sent', 'failed'))
);
create index if not exists entrant_mail_is_due on entrant_mail (campaign_id, next_at) where state = 'pending';
