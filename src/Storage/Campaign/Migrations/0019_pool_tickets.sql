-- How many tickets an entry of the pool has in prize draws; what a manager grants an entry comes on top (entry.tickets - 1).
alter table pool add column if not exists tickets integer not null default 1;
alter table pool drop constraint if exists pool_gives_tickets, add constraint pool_gives_tickets check (tickets between 1 and 1000);
