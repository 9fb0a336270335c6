using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Silo;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Upkeep;

/// <summary>A platform with a campaign that has entries, outcomes, a draw and its certificate; and a backup, taken while it ran.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class BackedUpFixture : IAsyncLifetime
{
    public const int People = 12;

    /// <summary>Name of the tests that share it.</summary>
    public const string Shared = "backed up";

    private readonly TestPostgres postgres = new();

    public string Superuser => postgres.SuperuserConnectionString;

    public TempFolder Folder { get; } = new();

    public string Backup => Folder["backup.zip"];

    public string MasterKey => File.ReadAllText(Path.Combine(Folder["data"], "master.key"));

    public string CampaignId { get; private set; } = "";

    public string Slug { get; private set; } = "";

    /// <summary>Its database stays on this server, under another name among the secrets.</summary>
    internal ArchivedCampaign Archived { get; private set; } = null!;

    /// <summary>What anybody may read, by path.</summary>
    public Dictionary<string, string> Public { get; } = [];

    public JsonNode Stats { get; private set; } = null!;

    public List<string> Said { get; } = [];

    /// <summary>What the server knew the campaigns' passwords by, before they were changed and after.</summary>
    public string[] OldLogins { get; private set; } = [];

    /// <inheritdoc cref="OldLogins"/>
    public string[] NewLogins { get; private set; } = [];

    internal PlatformOptions Options => new() { DataFolder = Folder["data"], TemplateFolder = Folder["template"], Database = postgres.SuperuserConnectionString };

    async Task IAsyncLifetime.InitializeAsync()
    {
        await ((IAsyncLifetime)postgres).InitializeAsync();
        TinyTemplate.Write(Folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = Folder["data"], TemplateFolder = Folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        Archived = await ArchivedCampaign.MadeAsync(admin, "put-away");
        await DrawnAsync(admin);
        using var anybody = PatientHandler.Client(platform.Address);
        var draw = (string)(await admin.GetAsync($"/v1/campaigns/{CampaignId}/draws")).Body!["items"]![0]!["id"]!;
        foreach (var path in (string[])[$"/v1/sites/{Slug}/draws/{draw}/certificate", $"/v1/sites/{Slug}/draws/{draw}/entries.jsonl", "/v1/keys"])
        {
            Public[path] = await anybody.GetStringAsync(path);
        }

        Stats = (await admin.GetAsync($"/v1/campaigns/{CampaignId}/stats")).Body!;
        OldLogins = await LoginsAsync();
        await RotateCommand.PasswordsAsync(Options, Said.Add, TimeProvider.System, default);
        Stats = (await admin.GetAsync($"/v1/campaigns/{CampaignId}/stats")).Body!;
        NewLogins = await LoginsAsync();
        await BackupCommands.BackupAsync(Options, Backup, Said.Add, TimeProvider.System, default);
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await ((IAsyncLifetime)postgres).DisposeAsync();
        Folder.Dispose();
    }

    private Task<string[]> LoginsAsync() => ListAsync("postgres", "select rolpassword from pg_authid where rolname like 'cmp\\_%'");

    /// <summary>As the superuser, past the platform.</summary>
    public async Task<string[]> ListAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser) { Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return [.. found];
    }

    private async Task DrawnAsync(PlatformClient admin)
    {
        var now = TimeProvider.System.GetUtcNow();
        var campaign = await ReadyCampaign.PublishedAsync(admin, "kept-safe", tenant => SampleCampaign.Of(tenant, "kept-safe", now.AddMinutes(-1), now.AddDays(7)));
        (CampaignId, Slug) = (campaign.Id, campaign.Slug);
        for (var person = 0; person < People; person++)
        {
            (await admin.EnterAsync(Slug, campaign.SiteKey, $"safe-key-{person:d4}", SampleCampaign.Entry($"person{person}@example.com"))).Status.ShouldBe(201);
        }

        (await admin.PostAsync($"/v1/campaigns/{CampaignId}/close", new JsonObject { ["reason"] = "The drill.", ["evidence"] = "none" })).Status.ShouldBe(202);
        var draw = (string)(await admin.GetAsync($"/v1/campaigns/{CampaignId}/draws")).Body!["items"]!.AsArray().Single()!["id"]!;
        (await admin.PostAsync($"/v1/draws/{draw}/run")).Status.ShouldBeInRange(200, 202);
        await admin.WaitForStateAsync(CampaignId, "drawn", "completed");
        (await admin.PostAsync($"/v1/draws/{draw}/publish")).Status.ShouldBeInRange(200, 202);
        await admin.WaitForStateAsync(CampaignId, "completed");
    }
}

[CollectionDefinition(BackedUpFixture.Shared)]
[UnsupportedOSPlatform("windows")]
public sealed class BackedUpTests : ICollectionFixture<BackedUpFixture>;
