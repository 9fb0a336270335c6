-- Preview links name the epoch in which they were made: raising it ends all that there are.
alter table campaign add column if not exists preview_epoch integer not null default 0;
