-- What has no id of its own is told by its name from a copy with the same mark: a dismissed one stays the one that was dismissed.
-- Rows of all tenants: the table's owner sees them while it isn't forced under row-level security.
alter table reconciliation_finding no force row level security;
update reconciliation_finding set key = key || name where key like '%/' and kind in ('orphan', 'stranger');
alter table reconciliation_finding force row level security;
