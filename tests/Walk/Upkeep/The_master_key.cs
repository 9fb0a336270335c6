using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Silo;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Upkeep;

/// <summary>Lost, wrong, and replaced.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class The_master_key(TestPostgres postgres) : IClassFixture<TestPostgres>, IDisposable
{
    private const string BinaryColumns =
        """
        select format('select count(*) from %I.%I where substring(%I from 2 for 8) = $1 and length(%I) > 36', n.nspname, c.relname, a.attname, a.attname)
        from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'r' join pg_namespace n on n.oid = c.relnamespace
        where a.atttypid = 'bytea'::regtype and a.attnum > 0 and n.nspname not like 'pg\_%'
        """;

    private readonly TempFolder folder = new();

    private string KeyFile => Path.Combine(folder["data"], "master.key");

    private PlatformProcessOptions Process => new() { DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString };

    private PlatformOptions Options => new() { DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString };

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task is_needed_to_start_and_can_be_replaced()
    {
        TinyTemplate.Write(folder["template"]);
        ReadyCampaign campaign;
        ArchivedCampaign archived;
        await using (var platform = await PlatformProcess.StartAsync(Process))
        {
            campaign = await CampaignAsync(platform);
            archived = await ArchivedAsync(platform);
        }

        await IsNoHostConnectedAsync();
        await IsRefusedWithAnotherAsync();
        await IsRefusedWithNoneAsync();
        await IsReplacedAsync(campaign);
        await using var last = await PlatformProcess.StartAsync(Process);
        using var admin = new PlatformClient(last.Address);
        await admin.LoginAsync();
        (await archived.WakesWithAsync(admin)).ShouldBe(1);
    }

    private static async Task<ArchivedCampaign> ArchivedAsync(PlatformProcess platform)
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        return await ArchivedCampaign.MadeAsync(admin, "archived-under-a-key");
    }

    private static async Task<ReadyCampaign> CampaignAsync(PlatformProcess platform)
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        await admin.SendAsync(System.Net.Http.HttpMethod.Put, "/v1/providers/vercel", new JsonObject { ["token"] = "a-token-of-vercel", ["team"] = "team_x" });
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(admin, "under-a-key", tenant => SampleCampaign.Of(tenant, "under-a-key", now.AddMinutes(-1), now.AddDays(7)));
        await admin.PostAsync($"/v1/tenants/{campaign.TenantId}/webhooks", new JsonObject { ["url"] = "https://hooks.example.com/x", ["events"] = new JsonArray() });
        (await admin.EnterAsync(campaign.Slug, campaign.SiteKey, "before-the-change", SampleCampaign.Entry("before@example.com"))).Status.ShouldBe(201);
        return campaign;
    }

    private async Task IsRefusedWithAnotherAsync()
    {
        var (right, roles) = (await File.ReadAllTextAsync(KeyFile), await RolesAsync());
        var wrong = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
        await File.WriteAllTextAsync(KeyFile, wrong);
        (await Should.ThrowAsync<StartException>(() => RotateCommand.RunAsync(Options, _ => { }, TimeProvider.System, default))).Message.ShouldContain("another master key");
        (await File.ReadAllTextAsync(KeyFile)).ShouldBe(wrong);
        File.Exists(KeyFile + ".previous").ShouldBeFalse("nothing is changed under the wrong key");
        var said = await EndsAsync();
        said.ShouldContain("another master key");
        said.ShouldContain(MasterKey.FromBase64(right).Id);
        said.ShouldContain("Should it be lost for ever");
        (await RolesAsync()).ShouldBe(roles, "another host may run with the right key");
        await File.WriteAllTextAsync(KeyFile, right);
    }

    private async Task IsRefusedWithNoneAsync()
    {
        File.Move(KeyFile, folder["elsewhere"]);
        (await EndsAsync()).ShouldContain("There is no master key");
        File.Exists(KeyFile).ShouldBeFalse("a new key would only be in the way");
        File.Move(folder["elsewhere"], KeyFile);
    }

    private async Task IsReplacedAsync(ReadyCampaign campaign)
    {
        var old = MasterKey.FromBase64(await File.ReadAllTextAsync(KeyFile));
        (await SealedUnderAsync(old)).ShouldBeGreaterThan(20);

        // Cut short right after the new key was made: a platform that is started then knows both.
        File.Copy(KeyFile, KeyFile + ".previous");
        await File.WriteAllTextAsync(KeyFile, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await EntersAsync(campaign, "between");
        await IsNoHostConnectedAsync();

        await RotateCommand.RunAsync(Options, _ => { }, TimeProvider.System, default);
        (await SealedUnderAsync(old)).ShouldBe(0);
        (await SealedUnderAsync(MasterKey.FromBase64(await File.ReadAllTextAsync(KeyFile)))).ShouldBeGreaterThan(20);
        File.Exists(KeyFile + ".previous").ShouldBeFalse();
        (await KeyRingAsync()).ShouldNotBeEmpty();
        await IsNoHostConnectedAsync();
        await RotateCommand.SigningKeyAsync(Options, _ => { }, TimeProvider.System, default);
        await EntersAsync(campaign, "after");
        await IsNoHostConnectedAsync();
        (await ListAsync("platform", "select (retired_at is null)::text from signing_key order by not_before")).ShouldBe(["false", "true"]);
        (await ListAsync("platform", "select action from audit_event where action like 'installation.signing%'")).ShouldHaveSingleItem();

        // And once more, from its beginning to its end.
        await RotateCommand.RunAsync(Options, _ => { }, TimeProvider.System, default);
        (await SealedUnderAsync(MasterKey.FromBase64(await File.ReadAllTextAsync(KeyFile)))).ShouldBeGreaterThan(20);
    }

    /// <summary>Somebody wins: the winning moment, the pool and the person's key are opened; a replay is answered as before.</summary>
    private async Task EntersAsync(ReadyCampaign campaign, string person)
    {
        await using var platform = await PlatformProcess.StartAsync(Process);
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var entered = await admin.EnterAsync(campaign.Slug, campaign.SiteKey, $"key-{person}", SampleCampaign.Entry($"{person}@example.com"));
        entered.Status.ShouldBe(201, entered.Body?.ToJsonString());
        (await admin.EnterAsync(campaign.Slug, campaign.SiteKey, "before-the-change", SampleCampaign.Entry("before@example.com"))).Status.ShouldBe(201);
        if (person == "after")
        {
            await ReplacesThePasswordAsync(admin, campaign);
        }
    }

    /// <summary>The password of a database on this installation's server, while people enter: nobody notices.</summary>
    private async Task ReplacesThePasswordAsync(PlatformClient admin, ReadyCampaign campaign)
    {
        var roles = await ListAsync("postgres", "select rolpassword from pg_authid where rolname like 'cmp\\_under\\_%'");
        // Another start has another address, for which the site is built again first.
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        Task<ApiAnswer> BeginAsync() => admin.PostAsync($"/v1/campaigns/{campaign.Id}/rotate", new JsonObject { ["what"] = "database_password" });
        var begun = await BeginAsync();
        while (begun.Code == "deployment.under_way" && await poll.WaitForNextTickAsync(limit.Token))
        {
            begun = await BeginAsync();
        }

        begun.Status.ShouldBe(202, begun.Body?.ToJsonString());
        using var people = new PlatformClient(admin.Address, hearsUnavailable: true);
        var (began, entered, state) = (Stopwatch.GetTimestamp(), 0, "running");
        while (state == "running" || entered < 20)
        {
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromMinutes(10));
            var answers = await Task.WhenAll(Enumerable.Range(entered, 4).Select(n =>
                people.EnterAsync(campaign.Slug, campaign.SiteKey, $"key-replaced-{n:d4}", SampleCampaign.Entry($"replaced{n}@example.com"))));
            answers.ShouldAllBe(a => a.Status == 201, string.Join("\n", answers.Select(a => a.Body)));
            entered += answers.Length;
            state = (string)(await admin.GetAsync($"/v1/deployments/{(string)begun["deploymentId"]!}"))["state"]!;
        }

        state.ShouldBe("succeeded");
        (await ListAsync("postgres", "select rolpassword from pg_authid where rolname like 'cmp\\_under\\_%'")).ShouldNotBe(roles);
        (await ListAsync("platform", "select name from secret where name like 'database-%-next' or name like '%-previous'")).ShouldBeEmpty();
    }

    /// <summary>The server notices by itself, and in its own time, that the connections of a killed platform, or of a command that has ended, are no more.</summary>
    private Task IsNoHostConnectedAsync() => Polling.UntilAsync(
        async () => (await ListAsync("postgres", "select usename::text from pg_stat_activity where usename like 'platform\\_%'")).Count == 0, TimeSpan.FromMinutes(5));

    private async Task<string> EndsAsync() =>
        (await Should.ThrowAsync<InvalidOperationException>(async () => await (await PlatformProcess.StartAsync(Process)).DisposeAsync())).Message;

    private Task<List<string>> RolesAsync() =>
        ListAsync("postgres", "select rolname || rolpassword from pg_authid where rolname like 'platform\\_%' order by 1");

    private Task<List<string>> KeyRingAsync() => ListAsync("platform", "select xml from data_protection_key");

    /// <summary>Envelopes of any table of any database, the key ring's too.</summary>
    private async Task<long> SealedUnderAsync(MasterKey key)
    {
        var count = 0L;
        foreach (var database in await ListAsync("postgres", "select datname::text from pg_database where datname = 'platform' or datname like 'cmp\\_%'"))
        {
            foreach (var look in await ListAsync(database, BinaryColumns))
            {
                count += long.Parse((await ListAsync(database, look.Replace("count(*)", "count(*)::text", StringComparison.Ordinal), Convert.FromHexString(key.Id)))[0], null);
            }
        }

        foreach (var xml in await KeyRingAsync())
        {
            foreach (System.Text.RegularExpressions.Match envelope in System.Text.RegularExpressions.Regex.Matches(xml, "masterKeyEncrypted>([^<]+)</"))
            {
                count += SecretBox.KeyIdOf(Convert.FromBase64String(envelope.Groups[1].Value)) == key.Id ? 1 : 0;
            }
        }

        return count;
    }

    private async Task<List<string>> ListAsync(string database, string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
