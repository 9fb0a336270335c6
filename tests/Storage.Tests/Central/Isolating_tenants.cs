using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

/// <summary>Over every table that has a <c>tenant_id</c>, found in the catalogue, so that a new one cannot be forgotten.</summary>
[Collection(CentralCollection.Name)]
public sealed class Isolating_tenants(CentralFixture fixture)
{
    // Columns whose CHECK constraint a made-up text would not pass.
    private static readonly Dictionary<string, object?> Values = new()
    {
        ["campaign.state"] = "draft", ["campaign.opens_at"] = "2026-12-01T09:00:00Z", ["campaign.closes_at"] = "2026-12-31T09:00:00Z",
        ["campaign_part.kind"] = "pool", ["deployment.kind"] = "provision", ["deployment.state"] = "running",
        ["deployment_step.state"] = "pending", ["deployment_log.level"] = "info", ["code_prefix.prefix"] = "AB",
        ["api_key.scopes"] = new[] { "coupons:redeem" },
        ["public_file.state"] = "writing", ["rehearsal.state"] = "preparing", ["rehearsal.run_state"] = "running", ["rehearsal.run_sent"] = 2,
        ["provider_account.provider"] = "github", ["notice.kind"] = "stock.low", ["delivery.channel"] = "email", ["delivery.state"] = "pending", ["delivery.ended_at"] = null,
        ["campaign_domain.state"] = "added", ["campaign_domain.fault"] = "transient",
        ["site_sync.policy"] = "push", ["site_sync_run.kind"] = "sync", ["site_sync_run.state"] = "running", ["site_sync_run.result"] = "pushed",
        ["site_sync_run.health"] = "healthy", ["release_site.state"] = "pushed",
        ["draw_list.state"] = "reading", ["reconciliation_account.provider"] = "github", ["reconciliation_account.outcome"] = "done",
        ["reconciliation_finding.part"] = "site", ["reconciliation_finding.kind"] = "orphan", ["reconciliation_finding.state"] = "reported",
    };

    [Fact]
    public async Task is_forced_on_every_table_of_a_tenant()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        var unprotected = await superuser.ListAsync(
            """
            select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id'
            where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)
            """, [], row => row.GetString(0), default);
        unprotected.ShouldBeEmpty();
        (await TablesAsync()).Length.ShouldBeGreaterThan(10);
    }

    [Fact]
    public async Task keeps_the_columns_of_a_tenant_leading_every_key()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        var otherwise = await superuser.ListAsync(
            """
            select i.indrelid::regclass::text from pg_index i
            join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'tenant_id'
            where i.indisprimary and i.indkey[0] <> a.attnum
            """, [], row => row.GetString(0), default);
        otherwise.ShouldBeEmpty();
    }

    [Fact]
    public async Task hides_another_tenants_rows_in_every_table()
    {
        foreach (var (table, _, other) in await OneRowInEachTableAsync())
        {
            var mine = await fixture.AddTenantAsync();
            (await CountAsync(role => role.App, [mine], table, other)).ShouldBe(0, $"platform_app reads {table}");
            (await CountAsync(role => role.Reader, [mine], table, other)).ShouldBe(0, $"platform_reader reads {table}");
            (await CountAsync(role => role.App, [], table, other)).ShouldBe(0, $"platform_app without tenants reads {table}");
            (await CountAsync(role => role.App, [other], table, other)).ShouldBe(1, $"platform_app does not read its own {table}");
        }
    }

    [Fact]
    public async Task shows_nothing_to_a_connection_that_names_no_tenant()
    {
        var rows = await OneRowInEachTableAsync();
        foreach (var source in new[] { fixture.Get<CentralConnections>().App, fixture.Get<CentralConnections>().Reader })
        {
            await using var connection = await source.OpenConnectionAsync();
            foreach (var (table, _, _) in rows)
            {
                var seen = await OrNullAsync(() => connection.ScalarAsync<long>($"select count(*) from {table}", [], default));
                (seen ?? 0).ShouldBe(0, table);
            }
        }
    }

    [Fact]
    public async Task lets_nobody_change_delete_or_insert_another_tenants_rows()
    {
        foreach (var (table, row, other) in await OneRowInEachTableAsync())
        {
            var mine = await fixture.AddTenantAsync();
            foreach (var source in new[] { fixture.Get<CentralConnections>().App, fixture.Get<CentralConnections>().Reader })
            {
                (await TouchedAsync(source, mine, $"update {table} set tenant_id = $1 where tenant_id = $2", mine, other)).ShouldBe(0, table);
                (await TouchedAsync(source, mine, $"delete from {table} where tenant_id = $1", other)).ShouldBe(0, table);
                await RefusesAsync(source, mine, Insert(table), row);
            }
        }
    }

    [Fact]
    public async Task keeps_the_owner_and_the_system_role_the_only_ones_that_see_all()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        var wide = await superuser.ListAsync(
            """
            select policyname::text || ' ' || roles::text || ' ' || cmd from pg_policies
            where coalesce(qual, '') = 'true' group by 1 order by 1
            """, [], row => row.GetString(0), default);
        wide.ShouldBe(["owner_migrates {platform_owner} ALL", "system_reads {platform_system} SELECT"]);
    }

    private static string Insert(string table) =>
        $"insert into {table} overriding system value select * from jsonb_populate_record(null::{table}, $1::jsonb)";

    private async Task<long> CountAsync(
        Func<CentralConnections, NpgsqlDataSource> role, Guid[] tenants, string table, Guid tenant)
    {
        await using var work = await CentralUnitOfWork.BeginAsync(role(fixture.Get<CentralConnections>()), tenants, default);
        return await OrNullAsync(() => work.Connection.ScalarAsync<long>($"select count(*) from {table} where tenant_id = $1", [tenant], default)) ?? 0;
    }

    private static async Task<int> TouchedAsync(NpgsqlDataSource source, Guid mine, string sql, params object[] values)
    {
        await using var work = await CentralUnitOfWork.BeginAsync(source, [mine], default);
        return await OrNullAsync(() => work.Connection.RunAsync(sql, values, default)) ?? 0;
    }

    private static async Task RefusesAsync(NpgsqlDataSource source, Guid mine, string sql, string row)
    {
        await using var work = await CentralUnitOfWork.BeginAsync(source, [mine], default);
        var refused = await Should.ThrowAsync<PostgresException>(() => work.Connection.RunAsync(sql, [row], default));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege, sql);
    }

    // A role without the right at all is as good as one that finds no row.
    private static async Task<T?> OrNullAsync<T>(Func<Task<T>> act)
        where T : struct
    {
        try
        {
            return await act();
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return null;
        }
    }

    /// <summary>Each table with the JSON of a row that belongs to a tenant of its own.</summary>
    private async Task<ImmutableArray<(string Table, string Row, Guid Tenant)>> OneRowInEachTableAsync()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        // Foreign keys are not what is tried here.
        await superuser.RunAsync("set session_replication_role = replica", [], default);
        var rows = ImmutableArray.CreateBuilder<(string, string, Guid)>();
        foreach (var table in await TablesAsync())
        {
            var tenant = fixture.NewId();
            var row = await RowAsync(superuser, table, tenant);
            await superuser.RunAsync(Insert(table), [row], default);
            rows.Add((table, row, tenant));
        }

        return rows.ToImmutable();
    }

    private async Task<ImmutableArray<string>> TablesAsync()
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        return await superuser.ListAsync(
            """
            select c.table_name::text from information_schema.columns c
            join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
            where c.column_name = 'tenant_id' and c.table_schema = 'public' and t.table_type = 'BASE TABLE' order by 1
            """, [], row => row.GetString(0), default);
    }

    private async Task<string> RowAsync(NpgsqlConnection superuser, string table, Guid tenant)
    {
        var columns = await superuser.ListAsync(
            "select column_name::text, data_type::text from information_schema.columns where table_name = $1 and table_schema = 'public'", [table],
            row => (Name: row.GetString(0), Type: row.GetString(1)), default);
        return JsonSerializer.Serialize(columns.ToDictionary(
            column => column.Name,
            column => column.Name == "tenant_id" ? tenant : Values.TryGetValue($"{table}.{column.Name}", out var value) ? value : Sample(column.Type)));
    }

    private object Sample(string type) => type switch
    {
        "uuid" => fixture.NewId(),
        "text" => "x" + fixture.NewId().ToString("n"),
        "bigint" or "integer" => 1,
        "boolean" => false,
        "timestamp with time zone" => "2026-12-01T09:00:00Z",
        "jsonb" => new { },
        // As long as a hash.
        "bytea" => $"\\x{fixture.NewId():n}{fixture.NewId():n}",
        "ARRAY" => Array.Empty<string>(),
        _ => throw new InvalidOperationException($"Say how to make a value of type {type}."),
    };
}
