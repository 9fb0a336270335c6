-- The frozen list of a draw, by reference alone: nothing in it names a person. It outlives the campaign's database. Whoever builds it does so
-- under a build's id, which every piece must still find, and a list that is ready never changes: nothing but the owner could do it.
create table if not exists draw_list (
  tenant_id uuid not null,
  campaign_id uuid not null,
  draw_id uuid not null,
  state text not null,
  build uuid not null,
  -- The instant of the one snapshot that the list is made from.
  frozen_at timestamptz not null,
  -- How far the building is: entries done of what it does now, and how many there are.
  done bigint not null default 0,
  total bigint not null default 0,
  chunks integer not null default 0,
  last_numbers jsonb not null,
  root bytea,
  excluded_root bytea,
  eligible bigint,
  excluded bigint,
  tickets bigint,
  persons bigint,
  -- Count by reason code. Excluded entries in chunks name their reason by its place among the codes in ordinal order, from 0.
  excluded_by_reason jsonb,
  -- Of entries.jsonl.
  bytes bigint,
  updated_at timestamptz not null,
  primary key (tenant_id, campaign_id, draw_id),
  constraint draw_list_belongs_to_campaign foreign key (tenant_id, campaign_id) references campaign (tenant_id, campaign_id),
  constraint draw_list_state_is_known check (state in ('reading', 'writing', 'ready')),
  constraint draw_list_is_whole_when_ready check (state <> 'ready' or (root is not null and excluded_root is not null
    and eligible is not null and excluded is not null and tickets is not null and persons is not null
    and excluded_by_reason is not null and bytes is not null))
);
call protect_tenant_table('draw_list');
grant select, insert, update on draw_list to platform_app;
grant select on draw_list to platform_reader;
do $$
begin
  drop policy if exists ready_list_stays on draw_list;
  create policy ready_list_stays on draw_list as restrictive for update to platform_app using (state <> 'ready') with check (true);
end $$;
