-- Which hosts are members of a cluster. Used only when the platform runs as an Orleans cluster.
create table if not exists OrleansMembershipVersionTable
(
    DeploymentId varchar(150) not null,
    Timestamp timestamp with time zone not null default now(),
    Version integer not null default 0,
    constraint a_deployment_has_one_membership_version primary key (DeploymentId)
);

create table if not exists OrleansMembershipTable
(
    DeploymentId varchar(150) not null,
    Address varchar(45) not null,
    Port integer not null,
    Generation integer not null,
    SiloName varchar(150) not null,
    HostName varchar(150) not null,
    Status integer not null,
    ProxyPort integer null,
    SuspectTimes varchar(8000) null,
    StartTime timestamp with time zone not null,
    IAmAliveTime timestamp with time zone not null,
    constraint a_silo_has_one_membership_row primary key (DeploymentId, Address, Port, Generation),
    constraint a_membership_row_belongs_to_a_deployment foreign key (DeploymentId)
        references OrleansMembershipVersionTable (DeploymentId)
);

-- A change of membership takes the next version of the table, or does nothing: of two silos that change it at once, one retries.
insert into OrleansQuery (QueryKey, QueryText) values
('MembershipReadAllKey', $query$
select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
from OrleansMembershipVersionTable v
left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
where v.DeploymentId = @DeploymentId
$query$),
('MembershipReadRowKey', $query$
select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes,
    m.StartTime, m.IAmAliveTime, v.Version
from OrleansMembershipVersionTable v
left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
    and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
where v.DeploymentId = @DeploymentId
$query$),
('GatewaysQueryKey', $query$
select Address, ProxyPort, Generation
from OrleansMembershipTable
where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0
$query$),
('InsertMembershipVersionKey', $query$
with inserted as (
    insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId)
    on conflict (DeploymentId) do nothing
    returning 1
)
select exists (select from inserted) as Inserted
$query$),
('InsertMembershipKey', $query$
with versioned as (
    update OrleansMembershipVersionTable
    set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
      and not exists (
        select from OrleansMembershipTable m
        where m.DeploymentId = @DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation)
    returning 1
), inserted as (
    insert into OrleansMembershipTable
        (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    from versioned
    returning 1
)
select exists (select from inserted) as Inserted
$query$),
('UpdateMembershipKey', $query$
with versioned as (
    update OrleansMembershipVersionTable
    set Timestamp = now(), Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version
      and exists (
        select from OrleansMembershipTable m
        where m.DeploymentId = @DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation)
    returning 1
), updated as (
    update OrleansMembershipTable
    set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
      and exists (select from versioned)
    returning 1
)
select exists (select from updated) as Updated
$query$),
('UpdateIAmAlivetimeKey', $query$
update OrleansMembershipTable
set IAmAliveTime = @IAmAliveTime
where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation
$query$),
('DeleteMembershipTableEntriesKey', $query$
with entries as (
    delete from OrleansMembershipTable where DeploymentId = @DeploymentId
)
delete from OrleansMembershipVersionTable where DeploymentId = @DeploymentId
$query$),
-- 6 is Dead.
('CleanupDefunctSiloEntriesKey', $query$
delete from OrleansMembershipTable
where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status = 6
$query$)
on conflict (QueryKey) do update set QueryText = excluded.QueryText;
