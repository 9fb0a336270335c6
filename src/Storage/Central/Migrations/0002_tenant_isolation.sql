-- Every tenant-owned table is closed to all but the tenants that the unit of work names (app.tenant_ids).
-- platform_owner migrates and backfills, so it has a policy of its own; nothing else logs in as it.
create or replace procedure protect_tenant_table(name text) language plpgsql as $$
declare
  mine constant text := 'tenant_id = any(string_to_array(nullif(current_setting(''app.tenant_ids'', true), ''''), '','')::uuid[])';
begin
  execute format('alter table %I enable row level security', name);
  execute format('alter table %I force row level security', name);
  execute format('drop policy if exists owner_migrates on %I', name);
  execute format('create policy owner_migrates on %I to platform_owner using (true) with check (true)', name);
  execute format('drop policy if exists own_tenants on %I', name);
  execute format('create policy own_tenants on %I to platform_app, platform_reader using (%s) with check (%s)', name, mine, mine);
end $$;

-- The listed exceptions that must see across tenants: login, id to tenant, site-key look-up, sweeps, lists of super_admin.
create or replace procedure open_to_system(name text) language plpgsql as $$
begin
  execute format('drop policy if exists system_reads on %I', name);
  execute format('create policy system_reads on %I for select to platform_system using (true)', name);
  execute format('grant select on %I to platform_system', name);
end $$;
