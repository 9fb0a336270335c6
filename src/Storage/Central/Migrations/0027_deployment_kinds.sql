-- Campaigns are archived and brought back by deployments of their own.
alter table deployment drop constraint if exists deployment_kind_is_known, add constraint deployment_kind_is_known
  check (kind in ('provision', 'content', 'sync', 'rollback', 'archive', 'unarchive', 'decommission'));
