using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>
/// One PostgreSQL, one data folder and, one after the other, the platform processes that the provisioning tests run on them. The
/// campaigns of different tests have different slugs, so that they can share it all.
/// </summary>
public sealed class Scene : IAsyncLifetime
{
    /// <summary>The saga's steps in order, as every deployment log names them.</summary>
    public static readonly IReadOnlyList<string> Steps =
    [
        "make-secrets", "create-repository", "create-database", "customise-repository", "ready-database", "migrate-database", "seed-campaign",
        "create-site", "deploy-site", "verify-site",
    ];

    private readonly TempFolder folder = new();
    private readonly TestPostgres postgres = new();
    private readonly int port = PlatformProcess.FreePort();
    private PlatformProcess? platform;
    private PlatformClient? admin;
    private string? tenantId;
    private bool hasStandingFaults;

    public PlatformProcess Platform => platform ?? throw new InvalidOperationException("No platform was started.");

    public PlatformClient Admin => admin ?? throw new InvalidOperationException("No platform was started.");

    public string Superuser => postgres.SuperuserConnectionString;

    public string DataFolder => folder["data"];

    public string TemplateFolder => folder["template"];

    async Task IAsyncLifetime.InitializeAsync()
    {
        TinyTemplate.Write(TemplateFolder);
        await ((IAsyncLifetime)postgres).InitializeAsync();
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        await KillAsync();
        await ((IAsyncLifetime)postgres).DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Faults of single campaigns, for the tests that need no start of their own.</summary>
    private static IEnumerable<string> Standing =>
        [.. Failing_at_each_step.Faults, .. Undoing_that_fails.Faults, .. Cancelling.Faults, .. Names_that_are_taken.Faults, .. Building.Faults];

    /// <summary>Has a platform run on which the standing faults are on order.</summary>
    public Task EnsureStartedAsync() => platform is { HasExited: false } && hasStandingFaults ? Task.CompletedTask : StartAsync();

    /// <summary>Starts the platform with the standing faults and these; one that runs is killed first. The client is logged in.</summary>
    public async Task StartAsync(params string[] faults)
    {
        await LaunchAsync([.. Standing, .. faults], waitUntilReady: true);
        hasStandingFaults = true;
        await LoginAsync();
    }

    public async Task StartWithoutFaultsAsync()
    {
        await LaunchAsync([], waitUntilReady: true);
        await LoginAsync();
    }

    /// <summary>Starts a platform that goes on with what was under way, and dies of it by its own hand.</summary>
    public async Task StartToDieAsync(string fault)
    {
        await LaunchAsync([fault], waitUntilReady: false);
        await Platform.WaitForExitAsync();
    }

    /// <summary>Lets a campaign go on that is held.</summary>
    public void LetGo(string slug) => File.WriteAllText(Path.Combine(Release, slug), "");

    private string Release => folder["release"];

    private async Task LaunchAsync(string[] faults, bool waitUntilReady)
    {
        await KillAsync();
        hasStandingFaults = false;
        Directory.CreateDirectory(Release);
        platform = await PlatformProcess.StartAsync(
            new PlatformProcessOptions
            {
                DataFolder = DataFolder,
                TemplateFolder = TemplateFolder,
                Database = Superuser,
                Fault = string.Join(',', faults),
                FaultRelease = Release,
            }, port, waitUntilReady);
    }

    private async Task LoginAsync()
    {
        admin = new PlatformClient(Platform.Address);
        await admin.LoginAsync();
        tenantId ??= await admin.CreateTenantAsync("acme");
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        admin?.Dispose();
        if (platform is not null)
        {
            await platform.DisposeAsync();
            platform = null;
        }
    }

    /// <summary>Waits until the platform holds at this point, such as <c>slug/create-site:EffectDone</c>.</summary>
    public Task HoldingAsync(string at) => UntilAsync(
        () => Task.FromResult(Platform.Output.Contains($"HOLDING {at}\n", StringComparison.Ordinal)), () => $"The platform did not come to {at}: {Platform.Output}");

    /// <summary>Asks again and again until it holds, for a quarter of an hour at most.</summary>
    public static Task UntilAsync(Func<Task<bool>> holds, Func<string> otherwise) =>
        Polling.UntilAsync(holds, TimeSpan.FromMinutes(15), () => Task.FromResult(otherwise()));

    public async Task<ApiAnswer> TryCreateAsync(string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        return await Admin.PostAsync("/v1/campaigns", SampleCampaign.Of(tenantId!, slug, now.AddMinutes(-1), now.AddDays(1)));
    }

    /// <summary>Creates a campaign, which starts its provisioning, and answers its id.</summary>
    public async Task<string> CreateAsync(string slug)
    {
        var answer = await TryCreateAsync(slug);
        answer.Status.ShouldBe(202, answer.Body?.ToJsonString());
        return (string)answer["id"]!;
    }

    /// <summary>Creates a campaign that the platform dies of, maybe before it has answered; answers its id once it is dead.</summary>
    public async Task<string> CreateToDieAsync(string slug)
    {
        try
        {
            (await TryCreateAsync(slug)).Status.ShouldBe(202);
        }
        catch (HttpRequestException)
        {
            // It stands in the database, where the answer did not come.
        }

        await Platform.WaitForExitAsync();
        return await IdOfAsync(slug);
    }

    /// <summary>Creates a campaign that is not provisioned yet, and answers its id.</summary>
    public async Task<string> CreateDraftAsync(string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        var draft = SampleCampaign.Of(tenantId!, slug, now.AddMinutes(-1), now.AddDays(1));
        draft["provision"] = false;
        var answer = await Admin.PostAsync("/v1/campaigns", draft);
        answer.Status.ShouldBe(201, answer.Body?.ToJsonString());
        return (string)answer["id"]!;
    }

    /// <summary>The campaign with this slug.</summary>
    public async Task<string> IdOfAsync(string slug) => (await Tables.ColumnAsync<Guid>(
        Central, $"select campaign_id from campaign where slug = '{slug}'")) is [var id]
            ? "cmp_" + id.ToString("n")
            : throw new InvalidOperationException($"There is not one campaign with the slug {slug}.");

    /// <summary>Waits until the campaign is in this state; another end of its provisioning fails, with its log.</summary>
    public async Task<JsonNode> EndsAsync(string campaignId, string state)
    {
        var campaign = await Admin.WaitForStateAsync(campaignId, "ready", "rolled_back", "failed");
        ((string?)campaign["state"]).ShouldBe(state, (await DeploymentAsync(campaignId)).Told);
        return campaign;
    }

    /// <summary>Provisions again, and waits until the campaign is ready.</summary>
    public async Task ProvisionAgainAsync(string campaignId)
    {
        var again = await Admin.PostAsync($"/v1/campaigns/{campaignId}/provision");
        again.Status.ShouldBe(202, again.Body?.ToJsonString());
        await EndsAsync(campaignId, "ready");
    }

    /// <summary>The campaign's newest deployment as its API tells it.</summary>
    public async Task<Deployment> DeploymentAsync(string campaignId)
    {
        var campaign = await Admin.GetAsync($"/v1/campaigns/{campaignId}");
        var deployment = await Admin.GetAsync($"/v1/deployments/{(string?)campaign["deploymentId"]}");
        deployment.Status.ShouldBe(200, deployment.Body?.ToJsonString());
        return new Deployment(deployment.Body!);
    }

    /// <summary>A path beside the data folder.</summary>
    public string Beside(string name) => folder[name];

    /// <summary>The central database, as the superuser.</summary>
    public string Central => Tables.In(Superuser, "platform");

    /// <summary>Points and steps as rows of a theory.</summary>
    public static TheoryData<string, string> EachStepAt(params string[] points)
    {
        var rows = new TheoryData<string, string>();
        foreach (var (step, point) in Steps.SelectMany(step => points.Select(point => (step, point))))
        {
            rows.Add(step, point);
        }

        return rows;
    }
}

/// <summary>The provisioning tests run one after the other on one scene.</summary>
[CollectionDefinition(Name)]
public sealed class ProvisioningTests : ICollectionFixture<Scene>
{
    public const string Name = "provisioning";
}

/// <summary>A deployment as the API tells it.</summary>
public sealed class Deployment(JsonNode body)
{
    public string State => (string)body["state"]!;

    public string Id => (string)body["id"]!;

    /// <summary>Names and states of the steps.</summary>
    public IReadOnlyList<string> Steps => [.. body["steps"]!.AsArray().Select(s => $"{s!["name"]} {s["state"]}")];

    public IReadOnlyList<(string? Step, string Level, string Message)> Log =>
        [.. body["log"]!.AsArray().Select(l => ((string?)l!["step"], (string)l["level"]!, (string)l["message"]!))];

    /// <summary>The steps that were undone, in the order of the log.</summary>
    public IReadOnlyList<string> Undone => [.. Log.Where(line => line.Message == "Undone.").Select(line => line.Step!)];

    /// <summary>All of it, for the message of a failed assertion.</summary>
    public string Told => body.ToJsonString();

    public string? MessageOf(string step) => (string?)body["steps"]!.AsArray().Single(s => (string?)s!["name"] == step)!["message"];

    public int AttemptsOf(string step) => (int)body["steps"]!.AsArray().Single(s => (string?)s!["name"] == step)!["attempts"]!;

    public void ShouldBeRolledBackFrom(string step, string state = "rolled_back")
    {
        var done = Scene.Steps.TakeWhile(s => s != step).Append(step).ToArray();
        State.ShouldBe(state, Told);
        Steps.ShouldBe([.. done.Select(s => $"{s} undone"), .. Scene.Steps.Skip(done.Length).Select(s => $"{s} pending")], Told);
        Undone.ShouldBe(done.Reverse(), $"The order of the undoing is wrong: {Told}");
    }

    public void ShouldHaveSucceeded()
    {
        State.ShouldBe("succeeded", Told);
        Steps.ShouldBe(Scene.Steps.Select(s => $"{s} succeeded"), Told);
    }
}
