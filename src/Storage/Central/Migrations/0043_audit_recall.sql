-- How far a campaign has offered its own audit log to an incarnation of the central one: a copy of an older state lacks what had been carried to it since.
-- Each campaign that is older than the confirmation is to be asked until its row here has ended, so that whoever confirms need write nothing more.
create table if not exists audit_recall (
  tenant_id uuid not null,
  campaign_id uuid not null,
  incarnation uuid not null,
  offered_to uuid,
  ended_at timestamptz,
  primary key (tenant_id, campaign_id, incarnation),
  constraint audit_recall_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade
);
call protect_tenant_table('audit_recall');
call open_to_system('audit_recall');
grant select, insert, update on audit_recall to platform_app;
grant select on audit_recall to platform_reader;
grant select on installation to platform_system;
