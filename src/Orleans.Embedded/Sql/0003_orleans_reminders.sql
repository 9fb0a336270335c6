-- Reminders: ticks of grains that outlive activations and processes. Period is in milliseconds.
create table if not exists OrleansRemindersTable
(
    ServiceId varchar(150) not null,
    GrainId varchar(150) not null,
    ReminderName varchar(150) not null,
    StartTime timestamp with time zone not null,
    Period bigint not null,
    GrainHash integer not null,
    Version integer not null,
    constraint a_grain_has_one_reminder_of_a_name primary key (ServiceId, GrainId, ReminderName)
);

create index if not exists reminders_are_read_by_ranges_of_hashes on OrleansRemindersTable (ServiceId, GrainHash);

insert into OrleansQuery (QueryKey, QueryText) values
('ReadReminderRowsKey', $query$
select GrainId, ReminderName, StartTime, Period, Version
from OrleansRemindersTable
where ServiceId = @ServiceId and GrainId = @GrainId
$query$),
('ReadReminderRowKey', $query$
select GrainId, ReminderName, StartTime, Period, Version
from OrleansRemindersTable
where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName
$query$),
('ReadRangeRows1Key', $query$
select GrainId, ReminderName, StartTime, Period, Version
from OrleansRemindersTable
where ServiceId = @ServiceId and GrainHash > @BeginHash and GrainHash <= @EndHash
$query$),
('ReadRangeRows2Key', $query$
select GrainId, ReminderName, StartTime, Period, Version
from OrleansRemindersTable
where ServiceId = @ServiceId and (GrainHash > @BeginHash or GrainHash <= @EndHash)
$query$),
('UpsertReminderRowKey', $query$
insert into OrleansRemindersTable as r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash, Version)
values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash, 0)
on conflict (ServiceId, GrainId, ReminderName) do update
set StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
returning Version
$query$),
('DeleteReminderRowKey', $query$
with deleted as (
    delete from OrleansRemindersTable
    where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName and Version = @Version
    returning 1
)
select exists (select from deleted) as Deleted
$query$),
('DeleteReminderRowsKey', $query$
delete from OrleansRemindersTable where ServiceId = @ServiceId
$query$)
on conflict (QueryKey) do update set QueryText = excluded.QueryText;
