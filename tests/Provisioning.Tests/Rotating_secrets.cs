using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Each secret of a campaign is replaced while it is used; whatever happens, one that holds is known at every moment.</summary>
public sealed partial class Rotating_secrets(ReadyStage ready) : IClassFixture<ReadyStage>, IAsyncLifetime
{
    private readonly CloudStage stage = ready.Stage;

    private static readonly SagaPoint[] Points = [SagaPoint.IntentStored, SagaPoint.EffectDone, SagaPoint.ResultStored];

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task lets_the_old_site_key_hold_until_the_new_site_is_up_and_a_day_more()
    {
        var (id, slug) = ready.Campaign;
        var old = (await stage.FindAsync(id)).SiteKey!;
        stage.Clock.Leap(TimeSpan.FromHours(25));
        await using (var watch = KeyWatch(slug, old))
        {
            await RotatedAsync(id, Rotated.SiteKey);
            await watch.SeenAsync(20);
        }

        var next = (await stage.FindAsync(id)).SiteKey!;
        next.ShouldNotBe(old);
        KeyOf(slug).ShouldBe(next);
        (await RotateAsync(id, Rotated.SiteKey)).Refusal!.Code.ShouldBe("rotation.too_soon");
        (await stage.AuditAsync(id, "campaign.site_key_rotation_succeeded"))[^1].ShouldContain("previousKeyUntil");

        stage.Clock.Leap(TimeSpan.FromHours(23));
        (await TakesAsync(old)).ShouldBeTrue();
        stage.Clock.Leap(TimeSpan.FromHours(1.1));
        (await TakesAsync(old)).ShouldBeFalse();
        (await TakesAsync(next)).ShouldBeTrue();
        await stage.StopHostAsync();
        await stage.StartHostAsync();
        await stage.UntilAsync(id, async () => await StoredKeysAsync(id) == next);
        (await stage.AuditAsync(id, "campaign.site_key_forgotten")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task goes_on_at_the_step_that_failed_or_brings_the_old_site_key_back_when_cancelled()
    {
        var (id, slug) = ready.Campaign;
        var old = (await stage.FindAsync(id)).SiteKey!;
        stage.Vercel.Faults.Always("vercel.deploy", Fault.Before(422));
        stage.Clock.Leap(TimeSpan.FromHours(25));
        (await RotateAsync(id, Rotated.SiteKey)).Refusal.ShouldBeNull();
        var waiting = await stage.RestsAsync(id, "paused");
        var next = KeyOf(slug);
        (await TakesAsync(old) && await TakesAsync(next)).ShouldBeTrue();
        (await RotateAsync(id, Rotated.DatabasePassword)).Refusal!.Code.ShouldBe("deployment.under_way");
        stage.Vercel.Faults.Clear();
        await stage.CancelAsync(slug);
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { Kind: "content", State: "succeeded" });
        (await stage.Get<ICampaignQueries>().FindDeploymentAsync(Scope.Of(stage.TenantId), waiting, default))!.State.ShouldBe("cancelled");
        KeyOf(slug).ShouldBe(old);
        (await stage.FindAsync(id)).SiteKey.ShouldBe(old);
        (await TakesAsync(next)).ShouldBeTrue("pages that were built with it may be open");
        stage.Clock.Leap(TimeSpan.FromHours(24.1));
        (await TakesAsync(next)).ShouldBeFalse();

        stage.Vercel.Faults.Always("vercel.deploy", Fault.Before(422));
        (await RotateAsync(id, Rotated.SiteKey)).Refusal.ShouldBeNull();
        waiting = await stage.RestsAsync(id, "paused");
        stage.Vercel.Faults.Clear();
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, waiting))).Refusal.ShouldBeNull();
        (await stage.RestsAsync(id, "succeeded")).ShouldBe(waiting);
        (await stage.FindAsync(id)).SiteKey.ShouldBe(KeyOf(slug));
        KeyOf(slug).ShouldNotBe(old);
    }

    /// <summary>One rotation of each kind, killed at every point of every step in turn.</summary>
    [Theory]
    [InlineData(Rotated.SiteKey)]
    [InlineData(Rotated.DatabasePassword)]
    [InlineData(Rotated.OwnerPassword)]
    public async Task survives_a_kill_at_every_step(string what)
    {
        var (id, slug) = ready.Campaign;
        var before = await ValueAsync(id, what);
        stage.Clock.Leap(TimeSpan.FromHours(25));
        using var reader = stage.Build();
        await using (var watch = what == Rotated.SiteKey ? KeyWatch(slug, before) : DatabaseWatch(reader.Services, id))
        {
            HeldStep? last = null;
            foreach (var (step, point) in StepsOf(what).SelectMany(s => Points.Select(p => (s, p))))
            {
                var next = new HeldStep(stage, slug, step, point);
                if (last is null)
                {
                    (await RotateAsync(id, what)).Refusal.ShouldBeNull();
                }
                else
                {
                    await stage.TakeOverAsync(last, () => stage.Campaign(id).WakeAsync());
                }

                await next.ReachedAsync();
                last = next;
            }

            await stage.TakeOverAsync(last!, () => stage.Campaign(id).WakeAsync());
            await stage.RestsAsync(id, "succeeded");
            await watch.SeenAsync(3);
        }

        (await ValueAsync(id, what)).ShouldNotBe(before);
        await NothingOpenAsync(id);
    }

    [Theory]
    [InlineData(Rotated.DatabasePassword)]
    [InlineData(Rotated.OwnerPassword)]
    public async Task gives_the_old_password_back_when_cancelled_at_any_step(string what)
    {
        var (id, slug) = ready.Campaign;
        var before = await ValueAsync(id, what);
        using var reader = stage.Build();
        await using var watch = DatabaseWatch(reader.Services, id);
        foreach (var (step, point) in StepsOf(what).SelectMany(s => Points.Select(p => (s, p))))
        {
            var isAsked = false;
            stage.Observer.On(slug, async (s, p) =>
            {
                if (!isAsked && s == step && p == point)
                {
                    isAsked = true;
                    await stage.CancelAsync(slug);
                }
            });
            var deployment = (await RotateAsync(id, what)).Value!.DeploymentId;
            await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "cancelled" } newest && newest.Id == deployment);
            (await ValueAsync(id, what)).ShouldBe(before, $"{step} {point}");
            await NothingOpenAsync(id);
        }

        await watch.SeenAsync(3);
    }

    [Fact]
    public async Task survives_every_passing_fault_of_suppliers_calls()
    {
        var (id, _) = ready.Campaign;
        using var reader = stage.Build();
        await using var watch = DatabaseWatch(reader.Services, id);
        foreach (var (name, fault) in PassingFaults.All)
        {
            var before = await ValueAsync(id, Rotated.OwnerPassword);
            stage.Supabase.Faults.On("supabase.password", 1, fault);
            await RotatedAsync(id, Rotated.OwnerPassword);
            stage.Supabase.Faults.Clear();
            (await ValueAsync(id, Rotated.OwnerPassword)).ShouldNotBe(before, name);
        }

        await NothingOpenAsync(id);
        await watch.SeenAsync(3);
    }

    [Fact]
    public async Task waits_while_the_provider_refuses_and_goes_on_at_that_step_when_told()
    {
        var (id, _) = ready.Campaign;
        var before = await ValueAsync(id, Rotated.OwnerPassword);
        stage.Supabase.Faults.Always("supabase.password", Fault.Before(401));
        (await RotateAsync(id, Rotated.OwnerPassword)).Refusal.ShouldBeNull();
        var waiting = await stage.RestsAsync(id, "paused");
        (await ValueAsync(id, Rotated.OwnerPassword)).ShouldBe(before);
        await ReachAsync(stage.Get<IServiceProvider>(), id);
        stage.Supabase.Faults.Clear();
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, waiting))).Refusal.ShouldBeNull();
        (await stage.RestsAsync(id, "succeeded")).ShouldBe(waiting);
        (await ValueAsync(id, Rotated.OwnerPassword)).ShouldNotBe(before);
        await NothingOpenAsync(id);
    }

    [Fact]
    public async Task refuses_what_the_campaign_does_not_have_or_is_not_ready_for()
    {
        var (id, _) = ready.Campaign;
        var (tenant, owners) = (Ids.Parse(Ids.Tenant, stage.TenantId), await ValueAsync(id, Rotated.OwnerPassword));
        await stage.Get<ISecrets>().DeleteAsync(tenant, id, SecretNames.DatabaseOwnerPassword, default);
        var secrets = await stage.SecretsAsync(id);
        (await RotateAsync(id, Rotated.OwnerPassword)).Refusal!.Code.ShouldBe("rotation.unsupported");
        (await stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, Rotated.SiteKey, 0))).Refusal!.Code.ShouldBe("campaign.version_conflict");
        stage.GitHub.Faults.Always("github.generate", Fault.Before(422));
        var (rolledBack, _) = await stage.BeginAsync();
        (await stage.EndsAsync(rolledBack)).ShouldBe("rolled_back");
        (await RotateAsync(rolledBack, Rotated.DatabasePassword)).Refusal!.Code.ShouldBe("campaign.wrong_state");
        (await stage.SecretsAsync(rolledBack)).ShouldNotContain(SecretNames.NextDatabasePassword);
        (await stage.SecretsAsync(id)).ShouldBe(secrets);
        await stage.Get<ISecrets>().PutAsync(tenant, id, SecretNames.DatabaseOwnerPassword, owners, default);
    }

    private static string[] StepsOf(string what) => what switch
    {
        Rotated.SiteKey => ["customise-repository", "deploy-site", "verify-site"],
        Rotated.DatabasePassword => ["set-password", "keep-password"],
        _ => ["set-owner-password", "keep-password"],
    };

    private Task<Result<CampaignView>> RotateAsync(string id, string what) => stage.Campaign(id).RotateAsync(new RotateSecret(CloudStage.Admin, what));

    private async Task RotatedAsync(string id, string what)
    {
        var begun = await RotateAsync(id, what);
        begun.Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "succeeded" } newest && newest.Id == begun.Value!.DeploymentId);
    }

    private async Task<string> ValueAsync(string id, string what) => what == Rotated.SiteKey ? (await stage.FindAsync(id)).SiteKey!
        : (await stage.Get<ISecrets>().GetAsync(
            Ids.Parse(Ids.Tenant, stage.TenantId), id, what == Rotated.OwnerPassword ? SecretNames.DatabaseOwnerPassword : SecretNames.DatabasePassword, default))!;

    private async Task NothingOpenAsync(string id) =>
        (await stage.SecretsAsync(id)).Where(s => s.EndsWith("-next", StringComparison.Ordinal) || s.EndsWith("-previous", StringComparison.Ordinal)).ShouldBeEmpty();

    private async Task<bool> TakesAsync(string siteKey) => await stage.Get<ISiteDirectory>().FindBySiteKeyAsync(siteKey, default) is not null;

    private async Task<string> StoredKeysAsync(string id) => (await stage.CentralAsync(
        "select concat_ws(' ', site_key, next_site_key, previous_site_key) from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, id))).Single();

    /// <summary>The key with which the site is, or is being, built.</summary>
    private string KeyOf(string slug) => (string)JsonNode.Parse(stage.GitHub.Files($"{CloudStage.Owner}/{slug}")!["content/campaign.json"])!["siteKey"]!;

    /// <summary>Looks whether the key that sites have until then is taken, and the one that they are built with now.</summary>
    private Watch KeyWatch(string slug, string old)
    {
        var reader = stage.Build();
        var sites = (ISiteDirectory)reader.Services.GetService(typeof(ISiteDirectory))!;
        return new Watch(async () =>
        {
            (await sites.FindBySiteKeyAsync(old, default)).ShouldNotBeNull("the old key");
            (await sites.FindBySiteKeyAsync(KeyOf(slug), default)).ShouldNotBeNull("the key of the site");
        }, reader.Dispose);
    }
}
