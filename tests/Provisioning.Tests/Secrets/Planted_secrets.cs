using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>
/// Campaigns are made in the cloud and on this machine, some fail with a provider that repeats what it was told, people sign in, enter, observe,
/// win and claim; then every secret that there is is looked for in everything that the platform wrote, said, sent or keeps.
/// </summary>
public sealed class Planted_secrets : IClassFixture<SecretScene>
{
    private readonly Needles needles = new();
    private readonly HashSet<string> known = [];
    private readonly SecretScene scene;
    private readonly Knowledge knowledge;
    private readonly CampaignActs acts;
    private readonly PeopleActs people;
    private readonly LocalActs local;

    public Planted_secrets(SecretScene scene)
    {
        (this.scene, knowledge, acts, people) = (scene, new Knowledge(scene, needles), new CampaignActs(scene), new PeopleActs(scene, needles));
        local = new LocalActs(scene, needles, acts);
    }

    [Fact]
    public async Task stand_nowhere_in_clear()
    {
        await scene.SetAccountsAsync();
        var tenant = await people.ClientAsync("acme");
        await people.SignInAsync(tenant);
        await people.StampAsync();
        await InTheCloudAsync(tenant);
        await AsAnAppAsync();
        var here = await OnThisMachineAsync(tenant);
        await LearnAsync();
        (await FindAsync()).ShouldBeEmpty();

        await local.DrawnAsync(here);
        await acts.AskEverythingAsync(tenant, here);
        await acts.ArchivedAsync(tenant, "put-away");
        await CommandActs.RunAsync(scene);
        await LearnAsync();
        await knowledge.ForgetOpenedAsync("cmp_");
        (await FindAsync()).ShouldBeEmpty();
        EverythingWasLookedFor();
        EverythingWasLookedThrough();
        await AWatchmanSeesWhatIsPlantedAsync();
    }

    private async Task InTheCloudAsync(string tenant)
    {
        var campaign = await acts.PublishedAsync(CampaignActs.InTheCloud(tenant, "planted"));
        await acts.RefusedAsync(tenant, "refused-a-database", scene.Supabase, "supabase.create");
        await acts.RefusedAsync(tenant, "refused-a-repository", scene.GitHub, LastPost());
        await acts.RefusedAsync(tenant, "refused-a-site", scene.Vercel, "vercel.create-project");
        await acts.EnterAsync(campaign, 5);
        await LearnAsync();
        await acts.ReplaceAsync(campaign, Rotated.DatabasePassword, Rotated.OwnerPassword, Rotated.SiteKey);
        await acts.AskEverythingAsync(tenant, campaign);
    }

    /// <summary>A client whose account at GitHub is an app: refused a token, then refused with one.</summary>
    private async Task AsAnAppAsync()
    {
        var tenant = await people.ClientAsync("app");
        await scene.SetAppAsync(tenant);
        await acts.RefusedAsync(tenant, "refused-a-token", scene.GitHub, "github.installationToken");
        var campaign = await acts.PublishedAsync(CampaignActs.InTheCloud(tenant, "by-an-app"));
        await acts.RefusedAsync(tenant, "refused-an-app", scene.GitHub, LastPost());
        await acts.AskEverythingAsync(tenant, campaign);
    }

    private async Task<JsonNode> OnThisMachineAsync(string tenant)
    {
        var campaign = await local.PublishedAsync(tenant);
        await acts.EnterAsync(campaign, 5);
        await local.AskObserverAsync(campaign);
        await LearnAsync();
        await acts.ReplaceAsync(campaign, Rotated.DatabasePassword, Rotated.SiteKey);
        await acts.AskEverythingAsync(tenant, campaign);
        return campaign;
    }

    private string LastPost() => scene.GitHub.Requests.Last(r => r.Method == "POST" && !r.Path.StartsWith(Sent.AppsPath, StringComparison.Ordinal)).Operation!;

    /// <summary>What others were given is learned first: what is the owner's password of one project is nothing else.</summary>
    private async Task LearnAsync()
    {
        knowledge.OfOthers();
        await knowledge.OfThePlatformAsync();
        known.UnionWith(needles.Names);
    }

    private void EverythingWasLookedFor()
    {
        string[] named =
        [
            "the admin's password", "the admin's session", "mary's password", "mary's session", "mary's refresh token", "a first password that was made",
            "the master key", "the signing key", "the password of platform_owner", "the webhook's secret", "the API key", "the rehearsal's token", "the preview's link",
            "the observer's link", MailStandIn.PasswordName, Sent.StampPassword, Sent.GitHubToken, Sent.SupabaseToken, Sent.VercelToken, Sent.AppsToken, Sent.AppsCredential,
            "the app's private key", "database-password", "identity", "claim-key",
        ];
        named.Except(known).ShouldBeEmpty();
        foreach (var part in (string[])
            ["the claim link of ", "the password of the owner of ", "the pool's secret until the pool of cmp_", "the draw's secret until the pool of cmp_", "a winning moment until the pool of cmp_", "the pool's secret until the pool of project_"])
        {
            known.ShouldContain(name => name.StartsWith(part, StringComparison.Ordinal), part);
        }
    }

    /// <summary>A place that nothing has come to proves nothing.</summary>
    private void EverythingWasLookedThrough()
    {
        needles.Count.ShouldBeGreaterThan(500);
        scene.Log.Count.ShouldBeGreaterThan(100);
        scene.Live.IsListening.ShouldBeTrue();
        foreach (var told in (string[])["deployment", "counters", "stock"])
        {
            scene.Live.Heard.ShouldContain(record => record.Contains($"\"target\":\"{told}\"", StringComparison.Ordinal), told);
        }

        scene.Live.Heard.ShouldNotContain(record => record.Contains("\"error\"", StringComparison.Ordinal) && record.Contains("\"type\":3", StringComparison.Ordinal));
        scene.Hook.Requests.ShouldNotBeEmpty();
        scene.Authority.Requests.ShouldContain(r => r.Header("Authorization").Length > 0);
        scene.Mail.Told.ShouldContain(told => told.Homes.Contains(MailStandIn.PasswordName) && needles.In(told.Text).ContainsKey(MailStandIn.PasswordName));
        scene.SiteChecks.ShouldNotBeEmpty();
        Haystack.OfArchive(scene.BackupFile).Count(f => f.Where.Contains("cmp_", StringComparison.Ordinal)).ShouldBeGreaterThan(50);
        Haystack.OfRepositories(scene.DataFolder).ShouldContain(f => f.Text.Contains("commit", StringComparison.Ordinal));
    }

    /// <summary>The search itself: each way in which a secret might be written down, in each place, is found.</summary>
    private async Task AWatchmanSeesWhatIsPlantedAsync()
    {
        var expected = await new Watchman(scene).PlantAsync();
        (await FindAsync()).Select(f => f.Split(" holds ")[0]).Distinct().ShouldBe(expected, ignoreOrder: true);
    }

    private async Task<List<string>> FindAsync()
    {
        List<Piece> pieces =
        [
            new("log", string.Join('\n', scene.Log)), new("live feed", string.Join('\n', scene.Live.Heard)), new("site checks", string.Join('\n', scene.SiteChecks)),
            new("commands", string.Join('\n', scene.Printed)), .. Backup().Select(f => new Piece($"backup {f.Where}", f.Text)),
            new("server's log", await Haystack.OfServersLogAsync(scene.Postgres.SuperuserConnectionString)),
            .. scene.Answers.Select(a => new Piece($"answer to {a.Request}", a.Answer)),
            .. (await Haystack.OfServerAsync(scene.Postgres.SuperuserConnectionString)).Select(t => new Piece(t.Where, t.Text)),
            .. Sent.ToProviders(scene), .. Sent.To("webhook", scene.Hook.Requests), .. Sent.To("time stamps", scene.Authority.Requests, Sent.StampPassword), .. scene.Mail.Told,
        ];
        var found = pieces.SelectMany(piece => piece.Strangers(needles)).ToHashSet();
        foreach (var (where, text) in Haystack.OfFolder(scene.DataFolder).Where(f => f.Where != "master.key").Concat(Haystack.OfRepositories(scene.DataFolder)))
        {
            found.UnionWith(new Piece($"file {where}", text).Strangers(needles));
        }

        return [.. found.Order(StringComparer.Ordinal)];
    }

    private IEnumerable<(string Where, string Text)> Backup() => File.Exists(scene.BackupFile) ? Haystack.OfArchive(scene.BackupFile) : [];
}
