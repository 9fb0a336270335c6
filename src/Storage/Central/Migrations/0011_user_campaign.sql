-- When a user has any, only these campaigns of the user's tenants are seen.
create table if not exists user_campaign (
  tenant_id uuid not null,
  user_id uuid not null,
  campaign_id uuid not null,
  primary key (tenant_id, user_id, campaign_id),
  constraint user_campaign_follows_tenant foreign key (tenant_id, user_id)
    references user_tenant (tenant_id, user_id) on delete cascade,
  constraint user_campaign_names_a_campaign foreign key (tenant_id, campaign_id)
    references campaign (tenant_id, campaign_id) on delete cascade
);
create index if not exists user_campaign_by_user on user_campaign (user_id);
call protect_tenant_table('user_campaign');
call open_to_system('user_campaign');
grant select, insert, delete on user_campaign to platform_app;
