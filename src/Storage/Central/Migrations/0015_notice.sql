-- What people and systems are told. A row is carried from a campaign's outbox under the event's own id, so that it is there once.
create table if not exists notice (
  tenant_id uuid not null,
  notice_id uuid not null,
  campaign_id uuid not null,
  kind text not null,
  at timestamptz not null,
  body jsonb not null,
  primary key (tenant_id, notice_id),
  constraint notice_belongs_to_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade,
  constraint notice_kind_is_known check (kind in ('stock.low', 'stock.out'))
);
create index if not exists notice_by_campaign on notice (campaign_id, notice_id);
call protect_tenant_table('notice');
call open_to_system('notice');
grant select, insert on notice to platform_app;
grant select on notice to platform_reader;

-- One target of one notice: a user's e-mail (target is the user's id) or a webhook (its id); the address itself is looked up when it is
-- delivered. Whoever delivers holds a lease; one that ran out may be taken by another host.
create table if not exists delivery (
  tenant_id uuid not null,
  delivery_id uuid not null,
  notice_id uuid not null,
  channel text not null,
  target text not null,
  state text not null default 'pending',
  attempts integer not null default 0,
  next_at timestamptz,
  lease uuid,
  leased_until timestamptz,
  error text,
  ended_at timestamptz,
  primary key (tenant_id, delivery_id),
  constraint delivery_is_of_a_notice foreign key (tenant_id, notice_id) references notice (tenant_id, notice_id) on delete cascade,
  constraint delivery_is_once_per_target unique (tenant_id, notice_id, channel, target),
  constraint delivery_channel_is_known check (channel in ('email', 'webhook')),
  constraint delivery_state_is_known check (state in ('pending', 'delivered', 'failed')),
  constraint delivery_is_due_while_pending check ((state = 'pending') = (next_at is not null) and (state = 'pending') = (ended_at is null)),
  constraint delivery_attempts_are_not_negative check (attempts >= 0),
  constraint delivery_error_is_short check (length(error) <= 500)
);
create index if not exists delivery_due on delivery (tenant_id, next_at) where state = 'pending';
call protect_tenant_table('delivery');
call open_to_system('delivery');
grant select, insert, update on delivery to platform_app;
grant select on delivery to platform_reader;
