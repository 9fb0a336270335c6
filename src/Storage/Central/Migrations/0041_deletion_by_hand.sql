-- A deletion that a person began goes on whether or not the account's switch is on; any other asks it once more. Of those under way nobody knows:
-- they are put back, and begun again by hand or by a run.
alter table reconciliation_finding add column if not exists is_by_hand boolean not null default false;
