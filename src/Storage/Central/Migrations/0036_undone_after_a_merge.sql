-- A roll-back that was only to close a pull request, and left what people had merged (skipped), has put nothing back: that may be asked for later.
drop index if exists site_sync_run_is_undone_once;
create unique index if not exists site_sync_run_is_undone_once on site_sync_run (tenant_id, undoes)
  where undoes is not null and state <> 'failed' and result is distinct from 'refused' and result is distinct from 'skipped';
