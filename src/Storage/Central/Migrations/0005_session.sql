-- A signed-in session; ended by logging out, by a disabled account, by a new password, or by a refresh token used twice.
create table if not exists user_session (
  session_id uuid primary key,
  user_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  constraint session_names_a_user foreign key (user_id) references platform_user (user_id) on delete cascade
);
create index if not exists user_session_by_user on user_session (user_id) where ended_at is null;

-- Every refresh token of a session by its SHA-256. Used ones stay until the session goes, so that a second use is seen.
create table if not exists session_refresh (
  refresh_hash bytea primary key,
  session_id uuid not null,
  used_at timestamptz,
  constraint refresh_belongs_to_session foreign key (session_id) references user_session (session_id) on delete cascade,
  constraint refresh_hash_is_sha256 check (length(refresh_hash) = 32)
);
create index if not exists session_refresh_by_session on session_refresh (session_id);
grant select, insert, update, delete on user_session, session_refresh to platform_system;
grant select, update on user_session to platform_app;
