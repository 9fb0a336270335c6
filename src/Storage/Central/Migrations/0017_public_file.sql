-- What is published for ever, and outlives a campaign's database: commitments, lists, what recounts came to. A file is written by one holder,
-- fenced by epoch, and never changes once it is ready: nothing but the owner could do it.
create table if not exists public_file (
  tenant_id uuid not null,
  campaign_id uuid not null,
  name text not null,
  state text not null,
  content_type text not null,
  epoch bigint not null default 0,
  -- Where whoever writes it goes on after a crash.
  progress jsonb,
  chunks integer not null default 0,
  -- Of the content as it is read, not as it is stored.
  bytes bigint not null default 0,
  sha256 bytea,
  at timestamptz not null,
  primary key (tenant_id, campaign_id, name),
  constraint public_file_belongs_to_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id),
  constraint public_file_state_is_known check (state in ('writing', 'ready')),
  constraint public_file_is_hashed_when_ready check (state = 'writing' or sha256 is not null)
);
call protect_tenant_table('public_file');
grant select, insert, update on public_file to platform_app;
grant select on public_file to platform_reader;
do $$
begin
  drop policy if exists ready_file_stays on public_file;
  create policy ready_file_stays on public_file as restrictive for update to platform_app using (state = 'writing') with check (true);
end $$;
