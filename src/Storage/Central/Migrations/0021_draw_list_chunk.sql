-- A frozen list in pieces: first those of the eligible entries, then those of the excluded ones, each in leaf order. An entry is its entry ref
-- (32 bytes), its person ref (32) and a number in base 128, low digits first, the high bit saying that another follows: its tickets, or its
-- reason's place. Every piece but the last of its part holds as many entries, a power of two, so that its node is one of the tree's own.
create table if not exists draw_list_chunk (
  tenant_id uuid not null,
  campaign_id uuid not null,
  draw_id uuid not null,
  ordinal integer not null,
  excluded boolean not null,
  -- Entries and tickets of the same part that come before.
  entries_before bigint not null,
  tickets_before bigint not null,
  entries integer not null,
  first_ref bytea not null,
  -- The tree hash over the leaves of this piece.
  node bytea not null,
  content bytea not null,
  primary key (tenant_id, campaign_id, draw_id, ordinal),
  constraint draw_list_chunk_belongs_to_list foreign key (tenant_id, campaign_id, draw_id)
    references draw_list (tenant_id, campaign_id, draw_id),
  constraint draw_list_chunk_has_entries check (entries > 0)
);
call protect_tenant_table('draw_list_chunk');
-- Hashes don't compress, and a piece is read whole.
alter table draw_list_chunk alter column content set storage external;
grant select, insert, delete on draw_list_chunk to platform_app;
grant select on draw_list_chunk to platform_reader;
do $$
begin
  drop policy if exists ready_list_takes_no_chunk on draw_list_chunk;
  create policy ready_list_takes_no_chunk on draw_list_chunk as restrictive for insert to platform_app with check (exists (
    select from draw_list l where l.tenant_id = draw_list_chunk.tenant_id and l.campaign_id = draw_list_chunk.campaign_id
      and l.draw_id = draw_list_chunk.draw_id and l.state <> 'ready'));
  drop policy if exists ready_list_loses_no_chunk on draw_list_chunk;
  create policy ready_list_loses_no_chunk on draw_list_chunk as restrictive for delete to platform_app using (exists (
    select from draw_list l where l.tenant_id = draw_list_chunk.tenant_id and l.campaign_id = draw_list_chunk.campaign_id
      and l.draw_id = draw_list_chunk.draw_id and l.state <> 'ready'));
end $$;
