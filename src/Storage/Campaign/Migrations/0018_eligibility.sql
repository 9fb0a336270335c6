-- Why an entry was left out of draws, taken back into them, or given more tickets (CAP Code 8.27): what proves it is kept here, with the
-- entry, and stands in no log.
create table if not exists entry_case (
  campaign_id uuid not null,
  case_id uuid not null,
  entry_id uuid not null,
  action text not null,
  reason text not null,
  clause text,
  evidence text,
  actor text not null,
  at timestamptz not null,
  primary key (campaign_id, case_id),
  constraint entry_case_belongs_to_entry foreign key (campaign_id, entry_id) references entry (campaign_id, entry_id),
  constraint entry_case_action_is_known check (action in ('excluded', 'restored', 'tickets'))
);
create index if not exists entry_case_by_entry on entry_case (campaign_id, entry_id);
