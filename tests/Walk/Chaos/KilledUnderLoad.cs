using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace PrizeDraw.Walk.Chaos;

/// <summary>What was acknowledged stands, whatever is killed and when.</summary>
public sealed class KilledUnderLoad(TestPostgres postgres, TempFolder folder, ITestOutputHelper told)
    : IClassFixture<TestPostgres>, IClassFixture<TempFolder>, IAsyncLifetime
{
    private const int Clients = 24, Kills = 20, EntriesBetween = 60;
    private PlatformProcess platform = null!;

    private PlatformProcessOptions Options => new()
    {
        DataFolder = folder["data"],
        TemplateFolder = folder["template"],
        Database = postgres.SuperuserConnectionString,
    };

    public async Task InitializeAsync()
    {
        TinyTemplate.Write(Options.TemplateFolder);
        platform = await PlatformProcess.StartAsync(Options);
    }

    public async Task DisposeAsync() => await platform.DisposeAsync();

    [Fact]
    public async Task The_platform_killed_twenty_times_keeps_every_acknowledged_entry_as_it_was_told()
    {
        var campaign = await OpenCampaignAsync("killed-platform");
        using var entrants = new Entrants(platform.Address, campaign.Slug, campaign.SiteKey);
        using var load = new Load(entrants, Clients);
        for (var kill = 1; kill <= Kills; kill++)
        {
            await load.AcknowledgedMoreAsync(EntriesBetween);
            await platform.KillAsync();
            await platform.DisposeAsync();
            platform = await PlatformProcess.StartAsync(Options, platform.Port);
        }

        await load.AcknowledgedMoreAsync(EntriesBetween);
        await load.EndAsync();
        await ItAllStandsAsync(entrants, campaign);
    }

    [Fact]
    public async Task PostgreSQL_killed_under_load_is_waited_out_without_a_restart_of_the_platform()
    {
        var campaign = await OpenCampaignAsync("killed-postgres");
        using var entrants = new Entrants(platform.Address, campaign.Slug, campaign.SiteKey);
        using var load = new Load(entrants, Clients);
        for (var kill = 1; kill <= 3; kill++)
        {
            await load.AcknowledgedMoreAsync(EntriesBetween);
            var before = entrants.Unavailable;
            await postgres.KillAsync();
            await load.UntilAsync(() => entrants.Unavailable > before, "nobody was told that storage is away");
            await postgres.StartAsync();
        }

        await load.AcknowledgedMoreAsync(EntriesBetween);
        await load.EndAsync();
        platform.HasExited.ShouldBeFalse(platform.Output);
        await ItAllStandsAsync(entrants, campaign);
    }

    private async Task<ReadyCampaign> OpenCampaignAsync(string slug)
    {
        using var admin = new PlatformClient(platform.Address);
        await admin.LoginAsync();
        var now = TimeProvider.System.GetUtcNow();
        return await ReadyCampaign.PublishedAsync(admin, slug, tenant => SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(1), mugs: 200));
    }

    private async Task ItAllStandsAsync(Entrants entrants, ReadyCampaign campaign)
    {
        told.WriteLine($"{entrants.Told.Count} entries acknowledged, {entrants.Retries} retries, {entrants.Unavailable} times unavailable");
        entrants.Wrong.ShouldBeEmpty();
        entrants.Refused.ShouldBeEmpty();
        (await entrants.ChangedAnswersAsync()).ShouldBeEmpty();
        var database = (await CampaignTables.DatabasesAsync(postgres.SuperuserConnectionString))
            .Single(name => name.StartsWith("cmp_" + campaign.Slug.Replace('-', '_'), StringComparison.Ordinal));
        var connection = CampaignTables.In(postgres.SuperuserConnectionString, database);
        (await CampaignTables.BreachesAsync(connection)).ShouldBeEmpty();
        var stored = (await CampaignTables.ColumnAsync<string>(connection, "select idempotency_key from entry")).Count(entrants.Told.ContainsKey);
        stored.ShouldBe(entrants.Told.Count);
    }
}
