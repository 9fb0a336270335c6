using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Npgsql;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance.Embedded;

/// <summary>The statements that only a cluster runs, bound as Orleans' membership provider binds them.</summary>
public sealed class Membership_queries(EngineDatabases databases) : EngineSpec(databases)
{
    private static readonly DateTime Start = new(2026, 7, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public async Task let_a_silo_join_change_and_leave_by_versions()
    {
        (await OneAsync("InsertMembershipVersionKey")).ShouldBe(true);
        (await OneAsync("InsertMembershipVersionKey")).ShouldBe(false);
        (await RowsAsync("MembershipReadAllKey")).ShouldHaveSingleItem()["version"].ShouldBe(0);

        (await OneAsync("InsertMembershipKey", Silo(version: 1))).ShouldBe(false);
        (await OneAsync("InsertMembershipKey", Silo(version: 0))).ShouldBe(true);
        (await OneAsync("InsertMembershipKey", Silo(version: 1))).ShouldBe(false);

        (await OneAsync("UpdateMembershipKey", Change(version: 0, status: 3))).ShouldBe(false);
        (await OneAsync("UpdateMembershipKey", Change(version: 1, status: 3))).ShouldBe(true);
        var row = (await RowsAsync("MembershipReadRowKey", ("Address", "127.0.0.1"), ("Port", 11111), ("Generation", 5))).ShouldHaveSingleItem();
        row["status"].ShouldBe(3);
        row["version"].ShouldBe(2);
        row["siloname"].ShouldBe("silo-1");
        row["suspecttimes"].ShouldBe("S127.0.0.1:22222:6,2026-07-01 12:00:00.000 GMT");
        (await RowsAsync("MembershipReadRowKey", ("Address", "127.0.0.1"), ("Port", 1), ("Generation", 5))).ShouldHaveSingleItem()["starttime"].ShouldBeNull();
        (await RowsAsync("GatewaysQueryKey", ("Status", 3))).ShouldHaveSingleItem()["proxyport"].ShouldBe(30000);

        await RowsAsync("UpdateIAmAlivetimeKey", ("Address", "127.0.0.1"), ("Port", 11111), ("Generation", 5), ("IAmAliveTime", Start.AddHours(1)));
        (await RowsAsync("MembershipReadAllKey")).ShouldHaveSingleItem()["iamalivetime"].ShouldBe(Start.AddHours(1));

        await RowsAsync("CleanupDefunctSiloEntriesKey", ("IAmAliveTime", Start.AddDays(1)));
        (await RowsAsync("MembershipReadAllKey")).ShouldHaveSingleItem()["address"].ShouldBe("127.0.0.1");
        (await OneAsync("UpdateMembershipKey", Change(version: 2, status: 6))).ShouldBe(true);
        await RowsAsync("CleanupDefunctSiloEntriesKey", ("IAmAliveTime", Start.AddDays(1)));
        (await RowsAsync("MembershipReadAllKey")).ShouldHaveSingleItem()["address"].ShouldBeNull();
        await RowsAsync("DeleteMembershipTableEntriesKey");
        (await RowsAsync("MembershipReadAllKey")).ShouldBeEmpty();
    }

    [Fact]
    public async Task of_storage_can_delete_a_row_and_of_reminders_can_read_ranges()
    {
        await Host.Grain<ICampaignVector>("ten_a/cmp_1").WriteAsync("x", 1);
        await Host.Grain<ICampaignVector>("ten_a/cmp_1").RemindAsync("close");
        var hash = await EngineDatabases.ScalarAsync<int>(Database, "select grainhash from orleansreminderstable");

        (await RowsAsync("ReadRangeRows1Key", ("ServiceId", "platform"), ("BeginHash", hash - 1), ("EndHash", hash))).Count.ShouldBe(1);
        (await RowsAsync("ReadRangeRows1Key", ("ServiceId", "platform"), ("BeginHash", hash), ("EndHash", hash + 1))).Count.ShouldBe(0);
        await RowsAsync("DeleteReminderRowsKey", ("ServiceId", "platform"));
        (await RowsAsync("ReadRangeRows2Key", ("ServiceId", "platform"), ("BeginHash", 0), ("EndHash", 0))).Count.ShouldBe(0);

        var state = (await RowsAsync("select * from orleansstorage")).ShouldHaveSingleItem();
        (await RowsAsync(
            "DeleteStorageKey", ("GrainIdHash", state["grainidhash"]!), ("GrainIdN0", 0L), ("GrainIdN1", 0L), ("GrainTypeHash", state["graintypehash"]!),
            ("GrainTypeString", "campaign"), ("GrainIdExtensionString", "ten_a/cmp_1"), ("ServiceId", "platform"), ("GrainStateVersion", 1)))
            .ShouldHaveSingleItem()["newgrainstateversion"].ShouldBe(2);
        (await RowsAsync("select * from orleansstorage")).ShouldBeEmpty();
    }

    private static (string Name, object Value)[] Silo(int version) =>
    [
        ("IAmAliveTime", Start), ("SiloName", "silo-1"), ("HostName", "host"), ("Address", "127.0.0.1"), ("Port", 11111), ("Generation", 5),
        ("StartTime", Start), ("Status", 2), ("ProxyPort", 30000), ("Version", version),
    ];

    private static (string Name, object Value)[] Change(int version, int status) =>
    [
        ("Address", "127.0.0.1"), ("Port", 11111), ("Generation", 5), ("IAmAliveTime", Start), ("Status", status),
        ("SuspectTimes", "S127.0.0.1:22222:6,2026-07-01 12:00:00.000 GMT"), ("Version", version),
    ];

    private async Task<object?> OneAsync(string key, params (string Name, object Value)[] parameters)
    {
        var row = (await RowsAsync(key, parameters)).ShouldHaveSingleItem();
        row.Count.ShouldBe(1);
        return row[System.Linq.Enumerable.Single(row.Keys)];
    }

    // A key of OrleansQuery, or SQL. DeploymentId is bound where the statement names it.
    private async Task<List<Dictionary<string, object?>>> RowsAsync(string key, params (string Name, object Value)[] parameters)
    {
        var text = key.EndsWith("Key", StringComparison.Ordinal)
            ? await EngineDatabases.ScalarAsync<string>(Database, $"select QueryText from OrleansQuery where QueryKey = '{key}'") : key;
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(text);
        if (text.Contains("@DeploymentId", StringComparison.Ordinal))
        {
            command.Parameters.AddWithValue("DeploymentId", "platform");
        }

        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
        {
            var row = new Dictionary<string, object?>();
            for (var i = 0; i < reader.FieldCount; i++)
            {
                row[reader.GetName(i)] = reader.IsDBNull(i) ? null : reader.GetValue(i);
            }

            rows.Add(row);
        }

        return rows;
    }
}
