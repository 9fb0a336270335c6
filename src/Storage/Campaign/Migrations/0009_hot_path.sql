-- Checked for each entry, the reference cost more than the entry's row: a look-up, a lock on the person's row and its place in the
-- write-ahead log. An entry and its person are written by one transaction of one writer, or the person was read by that writer before.
alter table entry drop constraint if exists entry_belongs_to_entrant;
