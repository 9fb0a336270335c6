-- The content of a public file in pieces, each a gzip member of its own: end to end they are one gzip stream, so that a file of any size goes in
-- and out in constant memory.
create table if not exists public_file_chunk (
  tenant_id uuid not null,
  campaign_id uuid not null,
  name text not null,
  ordinal integer not null,
  content bytea not null,
  primary key (tenant_id, campaign_id, name, ordinal),
  constraint public_file_chunk_belongs_to_file foreign key (tenant_id, campaign_id, name) references public_file (tenant_id, campaign_id, name)
);
call protect_tenant_table('public_file_chunk');
-- What is compressed already is stored as it is.
alter table public_file_chunk alter column content set storage external;
grant select, insert, delete on public_file_chunk to platform_app;
grant select on public_file_chunk to platform_reader;
do $$
begin
  drop policy if exists ready_file_takes_no_chunk on public_file_chunk;
  create policy ready_file_takes_no_chunk on public_file_chunk as restrictive for insert to platform_app with check (exists (
    select from public_file f where f.tenant_id = public_file_chunk.tenant_id and f.campaign_id = public_file_chunk.campaign_id
      and f.name = public_file_chunk.name and f.state = 'writing'));
  drop policy if exists ready_file_loses_no_chunk on public_file_chunk;
  create policy ready_file_loses_no_chunk on public_file_chunk as restrictive for delete to platform_app using (exists (
    select from public_file f where f.tenant_id = public_file_chunk.tenant_id and f.campaign_id = public_file_chunk.campaign_id
      and f.name = public_file_chunk.name and f.state = 'writing'));
end $$;
