using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

/// <summary>Entrants' data is in the tables, and Supabase has doors of its own to tables. Nobody gets through them.</summary>
public sealed class Reading_with_every_key(TestPostgres postgres) : SupabaseSpec(postgres)
{
    private static readonly string[] Roles = ["anon", "authenticated", "service_role"];

    [Fact]
    public async Task shows_what_is_open_so_that_this_test_can_fail()
    {
        await CreateAsync();
        await LookUntilHealthyAsync();

        foreach (var key in Keys())
        {
            (await ReadAtFrontDoorAsync(Only(), key, Double.OpenTable)).Body.ShouldContain("open to all");
        }
    }

    [Fact]
    public async Task gets_nothing_of_a_campaign_whether_the_data_api_is_off_or_on()
    {
        await MigratedAsync();
        var project = Only();
        project.ServedSchemas.ShouldBe("");
        await NobodyReadsAsync(project);

        // Somebody switches it on again in the dashboard, and goes as far as to serve our schema.
        Serve("public,graphql_public");
        await NobodyReadsAsync(project);
        Serve("public,prizedraw");
        await NobodyReadsAsync(project);
        (await ReadAtFrontDoorAsync(project, project.Keys[0], Double.OpenTable)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task gets_nothing_of_a_campaign_before_the_data_api_is_off()
    {
        // The tables are there already, as after an earlier attempt, while the door still stands open.
        var database = await MigratedAsync();
        Serve("public,graphql_public");

        await NobodyReadsAsync(Only());
        await Provider.ReadyAsync(Request, database, CancellationToken.None);
        Only().ServedSchemas.ShouldBe("");
        await NobodyReadsAsync(Only());
    }

    [Fact]
    public async Task gets_nothing_of_tables_that_come_later_even_if_all_that_its_owner_makes_was_granted_to_everybody()
    {
        var created = await CreateAsync();
        await AsSuperuserAsync(Only(), $"alter default privileges for role owner_{created.Id} grant all on tables to anon, authenticated, service_role");
        await AsSuperuserAsync(Only(), $"alter default privileges for role owner_{created.Id} grant all on schemas to anon, authenticated, service_role");

        var database = await Provider.ReadyAsync(Request, created, CancellationToken.None);
        var owner = Provider.OwnerConnectionString(database, Request.OwnerPassword);
        await RunAsync(owner, "create schema rehearsal_1; create table rehearsal_1.entry (id int); create table entry (id int)");

        foreach (var role in Roles)
        {
            (await AsSuperuserAsync(Only(), $"select has_schema_privilege('{role}', 'rehearsal_1', 'usage')")).ShouldBe(false);
            (await AsSuperuserAsync(Only(), $"select has_table_privilege('{role}', 'rehearsal_1.entry', 'select')")).ShouldBe(false);
            (await AsSuperuserAsync(Only(), $"select has_table_privilege('{role}', 'prizedraw.entry', 'select')")).ShouldBe(false);
        }
    }

    [Fact]
    public async Task is_shut_out_again_when_somebody_let_it_in()
    {
        var database = await MigratedAsync();
        await RunAsync(
            Provider.OwnerConnectionString(database, Request.OwnerPassword),
            "grant usage on schema prizedraw to anon, service_role, public; grant select on all tables in schema prizedraw to anon, service_role, public");
        Serve("prizedraw");
        (await ReadAtFrontDoorAsync(Only(), Only().Keys[0], "entry")).Status.ShouldBe(200);

        await Provider.ReadyAsync(Request, database, CancellationToken.None);
        Serve("prizedraw");

        await NobodyReadsAsync(Only());
    }

    [Fact]
    public async Task fails_the_deployment_when_the_roles_behind_them_cannot_be_shut_out()
    {
        var created = await CreateAsync();
        var request = Request;
        await AsSuperuserAsync(Only(), $"create role reader_{Nonce}; grant reader_{Nonce} to anon with inherit true");
        try
        {
            await Provider.ReadyAsync(request, created, CancellationToken.None);
            await AsSuperuserAsync(Only(), $"grant usage on schema prizedraw to reader_{Nonce}");

            var refusal = await Should.ThrowAsync<ProviderException>(() => Provider.ReadyAsync(request, created, CancellationToken.None));
            refusal.Fault.ShouldBe(ProviderFault.Rejected);
            refusal.Message.ShouldContain("anon");
        }
        finally
        {
            await AsSuperuserAsync(Only(), $"drop owned by reader_{Nonce}; drop role reader_{Nonce}");
        }
    }

    private async Task<DatabaseRef> MigratedAsync()
    {
        var database = await ReadyAsync();
        await new CampaignDatabaseMigrator(TimeProvider.System).MigrateAsync(
            Provider.OwnerConnectionString(database, Request.OwnerPassword), database.Role, CancellationToken.None);
        return database;
    }

    private async Task NobodyReadsAsync(DoubleProject project)
    {
        var tables = (string[])(await AsSuperuserAsync(project, "select array_agg(tablename::text) from pg_tables where schemaname = 'prizedraw'"))!;
        tables.Length.ShouldBeGreaterThan(20);
        var keys = Keys();
        keys.Count.ShouldBeGreaterThan(4);
        foreach (var key in keys)
        {
            foreach (var schema in new[] { "", "prizedraw" })
            {
                foreach (var table in tables)
                {
                    (await ReadAtFrontDoorAsync(project, key, table, schema)).Status.ShouldBeOneOf(403, 404, 406);
                }
            }
        }

        foreach (var role in Roles)
        {
            (await AsSuperuserAsync(project, $"""
                select count(*) from pg_class where relnamespace = 'prizedraw'::regnamespace and relkind in ('r', 'p', 'v', 'm')
                  and has_table_privilege('{role}', oid, 'select, insert, update, delete')
                """)).ShouldBe(0L, role);
        }
    }

    /// <summary>All keys that were issued, one more of each kind among them.</summary>
    private IReadOnlyList<DoubleKey> Keys()
    {
        var project = Only();
        if (project.Keys.Length == 4)
        {
            SupabaseDouble.Issue(project, "secret", "another_secret");
            SupabaseDouble.Issue(project, "publishable", "another_publishable");
        }

        return project.Keys;
    }

    private void Serve(string schemas) => SupabaseDouble.Serve(Only(), schemas);

    private async Task LookUntilHealthyAsync()
    {
        while ((await Client.FindAsync(Only().Ref, CancellationToken.None))!.Status != "ACTIVE_HEALTHY")
        {
        }
    }
}
