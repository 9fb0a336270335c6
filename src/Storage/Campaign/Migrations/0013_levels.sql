-- What a draw waits for, where it waits: told by any host, also after a restart. Written by its grain when it changes.
alter table draw
  add column if not exists waiting_for text,
  add column if not exists resumes_at timestamptz;
