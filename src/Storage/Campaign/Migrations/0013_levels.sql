-- What a draw waits for, where it waits: told by any host, also after a restart. Written by its grain when it changes.
alter table draw
  add column if not exists waiting_for text,
  add column if not exists resumes_at timestamptz;

-- Two draws under one secret could be compared before one of them is shown.
create unique index if not exists draw_has_a_secret_of_its_own on draw (campaign_id, secret_hash);
