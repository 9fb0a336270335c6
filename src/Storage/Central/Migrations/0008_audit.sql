-- Who did what, with the values before and after, without personal data, in the transaction of the change itself.
-- Append-only by grants: nothing but the owner could change a line. The nil UUID owns events of the platform as a whole.
create table if not exists audit_event (
  tenant_id uuid not null,
  event_id uuid not null,
  at timestamptz not null,
  campaign_id uuid,
  actor text not null,
  action text not null,
  subject text not null,
  before jsonb,
  after jsonb,
  primary key (tenant_id, event_id)
);
create index if not exists audit_event_by_id on audit_event (event_id);
call protect_tenant_table('audit_event');
call open_to_system('audit_event');
grant select, insert on audit_event to platform_app;
grant select on audit_event to platform_reader;

-- Messages that follow from a change, sent after its commit.
create table if not exists outbox (
  tenant_id uuid not null,
  event_id uuid not null,
  kind text not null,
  body jsonb not null,
  created_at timestamptz not null,
  primary key (tenant_id, event_id)
);
call protect_tenant_table('outbox');
call open_to_system('outbox');
grant select, insert, delete on outbox to platform_app;
