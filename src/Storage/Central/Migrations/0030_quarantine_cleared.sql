-- People who were told that something is left behind are told when it is gone.
alter table notice drop constraint if exists notice_kind_is_known, add constraint notice_kind_is_known check (kind in ('stock.low', 'stock.out',
  'deployment.paused', 'deployment.quarantined', 'deployment.quarantine_cleared', 'deployment.succeeded', 'reconciliation.found', 'reconciliation.refused',
  'domain.active', 'domain.lost', 'domain.given_up'));
