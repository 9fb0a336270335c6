-- The prefix of every batch of codes in its canonical spelling. No prefix of a tenant begins another, so that a code leads to one batch;
-- that is checked under a lock on the tenant's row, since no constraint can say it. Written by the batch's grain alone.
create table if not exists code_prefix (
  tenant_id uuid not null,
  prefix text not null collate "C",
  campaign_id uuid not null,
  batch_id uuid not null,
  -- Whether the batch is still being generated: what to wake at a host's start.
  under_way boolean not null,
  claimed_at timestamptz not null,
  primary key (tenant_id, prefix),
  constraint code_prefix_names_one_batch unique (tenant_id, batch_id),
  constraint code_prefix_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade,
  constraint code_prefix_is_short check (length(prefix) between 2 and 12)
);
create index if not exists code_prefix_under_way on code_prefix (tenant_id, batch_id) where under_way;
call protect_tenant_table('code_prefix');
call open_to_system('code_prefix');
grant select, insert, update, delete on code_prefix to platform_app;
grant select on code_prefix to platform_reader;
