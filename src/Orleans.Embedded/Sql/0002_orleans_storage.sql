-- Persistent state of grains, one row per grain and state name.
create table if not exists OrleansStorage
(
    GrainIdHash integer not null,
    GrainIdN0 bigint not null,
    GrainIdN1 bigint not null,
    GrainTypeHash integer not null,
    GrainTypeString varchar(512) not null,
    GrainIdExtensionString varchar(512) null,
    ServiceId varchar(150) not null,
    PayloadBinary bytea null,
    ModifiedOn timestamp without time zone not null,
    Version integer null
);

-- Makes a first write atomic: of two activations that both saw no row, one inserts.
create unique index if not exists a_grain_state_has_one_row on OrleansStorage
    (GrainIdHash, GrainTypeHash, GrainIdN0, GrainIdN1, GrainTypeString, GrainIdExtensionString, ServiceId) nulls not distinct;

insert into OrleansQuery (QueryKey, QueryText) values
('ReadFromStorageKey', $query$
select PayloadBinary, now() as "Now", Version
from OrleansStorage
where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
  and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
  and ServiceId = @ServiceId
$query$),
('WriteToStorageKey', $query$
with changed as (
    update OrleansStorage
    set PayloadBinary = @PayloadBinary, ModifiedOn = now() at time zone 'utc', Version = Version + 1
    where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
      and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
      and ServiceId = @ServiceId and Version = @GrainStateVersion
    returning Version
), created as (
    insert into OrleansStorage
        (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary,
         ModifiedOn, Version)
    select @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, @GrainIdExtensionString, @ServiceId,
        @PayloadBinary, now() at time zone 'utc', 1
    where @GrainStateVersion is null
    on conflict do nothing
    returning Version
)
select Version as NewGrainStateVersion from changed union all select Version from created
$query$),
('ClearStorageKey', $query$
update OrleansStorage
set PayloadBinary = null, ModifiedOn = now() at time zone 'utc', Version = Version + 1
where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
  and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
  and ServiceId = @ServiceId and Version = @GrainStateVersion
returning Version as NewGrainStateVersion
$query$),
('DeleteStorageKey', $query$
delete from OrleansStorage
where GrainIdHash = @GrainIdHash and GrainTypeHash = @GrainTypeHash and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
  and GrainTypeString = @GrainTypeString and GrainIdExtensionString is not distinct from @GrainIdExtensionString
  and ServiceId = @ServiceId and Version = @GrainStateVersion
returning Version + 1 as NewGrainStateVersion
$query$)
on conflict (QueryKey) do update set QueryText = excluded.QueryText;
