using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>One campaign per name, one saga per campaign; what belongs to somebody else is neither adopted nor deleted.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Names_that_are_taken(Scene scene)
{
    internal static IEnumerable<string> Faults =>
        ["foreign-role/create-database:IntentStored:hold", "foreign-database/create-database:IntentStored:hold"];

    [Fact]
    public async Task several_provision_calls_at_once_start_one_saga()
    {
        const string Slug = "many-starts";
        await scene.EnsureStartedAsync();
        var draft = await scene.CreateDraftAsync(Slug);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.Admin.PostAsync($"/v1/campaigns/{draft}/provision")));
        answers.Select(a => a.Status).Order().ShouldBe([202, .. Enumerable.Repeat(409, 7)]);
        answers.Where(a => a.Status == 409).ShouldAllBe(a => a.Code == "campaign.wrong_state");
        await scene.EndsAsync(draft, "ready");
        (await scene.Admin.GetAsync($"/v1/campaigns/{draft}/deployments"))["items"].AsArray().Count.ShouldBe(1);
        (await Footprint.OfAsync(scene, Slug)).ShouldBeOneCampaign(Slug);
    }

    [Fact]
    public async Task a_slug_that_is_taken_is_refused_and_nothing_is_made()
    {
        const string Slug = "taken-slug";
        await scene.EnsureStartedAsync();
        var first = await scene.CreateAsync(Slug);
        await scene.EndsAsync(first, "ready");
        var before = await EverythingAsync();
        var second = await scene.TryCreateAsync(Slug);
        second.Status.ShouldBe(409, second.Body?.ToJsonString());
        second.Code.ShouldBe("campaign.slug_taken");
        (await EverythingAsync()).ShouldBe(before, "The refused campaign left something");
        (await Footprint.OfAsync(scene, Slug)).ShouldBeOneCampaign(Slug);
    }

    [Theory]
    [InlineData("repositories", ".git", "repository")]
    [InlineData("sites", "", "site")]
    public async Task a_foreign_folder_fails_the_deployment_clearly_and_is_left_alone(string parent, string suffix, string what)
    {
        var slug = $"foreign-{what}";
        await scene.EnsureStartedAsync();
        var foreign = Path.Combine(scene.DataFolder, parent, slug + suffix);
        Directory.CreateDirectory(foreign);
        await File.WriteAllTextAsync(Path.Combine(foreign, "theirs.txt"), "keep");
        var campaign = await scene.CreateAsync(slug);
        await scene.EndsAsync(campaign, "rolled_back");

        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom($"create-{what}");
        deployment.Log.ShouldContain(
            line => line.Level == "error" && line.Message.Contains($"'{slug}' exists and belongs to something else. Choose another name."), deployment.Told);
        Directory.GetFileSystemEntries(foreign).Select(Path.GetFileName).ShouldBe(["theirs.txt"]);
        Directory.Delete(foreign, recursive: true);
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing($"Beside the foreign {what}");
        await scene.ProvisionAgainAsync(campaign);
    }

    [Theory]
    [InlineData("role")]
    [InlineData("database")]
    public async Task a_foreign_role_or_database_fails_the_deployment_clearly_and_is_left_alone(string what)
    {
        // The name holds the saga's nonce, so that nobody takes it but on purpose: between the stored intent and the call.
        var slug = $"foreign-{what}";
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(slug);
        await scene.HoldingAsync($"{slug}/create-database:IntentStored");
        var nonce = (await Tables.ColumnAsync<string>(
            scene.Central,
            $"select s.nonce from deployment_step s join campaign c using (tenant_id, deployment_id) where c.slug = '{slug}' and s.name = 'create-database'")).Single();
        var name = $"cmp_{slug.Replace('-', '_')}_{nonce}";
        await Tables.RunAsync(scene.Superuser, $"create {what} {name}");
        scene.LetGo(slug);
        await scene.EndsAsync(campaign, "rolled_back");

        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom("create-database");
        deployment.Log.ShouldContain(line => line.Level == "error" && line.Message.Contains($"'{name}' exists and belongs to something else."), deployment.Told);
        await Tables.RunAsync(scene.Superuser, $"drop {what} {name}"); // Throws unless it is still there.
        (await Footprint.OfAsync(scene, slug)).ShouldBeNothing($"Beside the foreign {what}");
        await scene.ProvisionAgainAsync(campaign);
    }

    private async Task<string> EverythingAsync() => string.Join("; ", await Tables.ColumnAsync<string>(
        scene.Central,
        """
        select 'campaign ' || campaign_id from campaign union all select 'secret ' || scope || ' ' || name from secret
        union all select 'deployment ' || deployment_id from deployment union all select 'database ' || datname from pg_database
        union all select 'role ' || rolname from pg_roles order by 1
        """));
}
