-- A roll-back that was refused (a pull request is open, an archived repository) may be asked for again once that is seen to.
drop index if exists site_sync_run_is_undone_once;
create unique index if not exists site_sync_run_is_undone_once on site_sync_run (tenant_id, undoes)
  where undoes is not null and state <> 'failed' and result is distinct from 'refused';
