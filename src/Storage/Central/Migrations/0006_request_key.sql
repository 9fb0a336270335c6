-- Idempotency-Keys of creating requests: the id to create under, and the answer once there is one.
create table if not exists request_key (
  owner text not null,
  key text not null,
  body_hash bytea not null,
  new_id uuid not null,
  status integer,
  location text,
  etag text,
  body text,
  created_at timestamptz not null,
  primary key (owner, key),
  constraint request_key_is_short check (length(key) <= 200),
  constraint request_key_answer_is_whole check ((status is null) = (body is null))
);
create index if not exists request_key_by_age on request_key (created_at);
grant select, insert, update, delete on request_key to platform_app;
