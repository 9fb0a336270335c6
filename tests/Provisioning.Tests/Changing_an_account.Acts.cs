using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Doubles.Vercel;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests;

/// <content>What these tests do and look at.</content>
public sealed partial class Changing_an_account
{
    private static ProviderSettings Own(string provider) => provider switch
    {
        "github" => new ProviderSettings(null, null, null, CloudStage.Owner, $"{CloudStage.Owner}/{CloudStage.Template}", null),
        "supabase" => new ProviderSettings(SupabaseDouble.Organization, "eu-central-1", null, null, null, null),
        _ => new ProviderSettings(null, null, null, null, null, VercelDouble.Team),
    };

    /// <summary>The same place, said or filled otherwise.</summary>
    private static ProviderSettings Otherwise(ProviderSettings own) => own with
    {
        Owner = own.Owner?.ToUpperInvariant(), Region = own.Region is null ? null : "eu-west-1",
    };

    private string TokenOf(string provider) => provider switch
    {
        "github" => CloudStage.GitHubToken, "supabase" => stage.Supabase.Token, _ => stage.Vercel.Token!,
    };

    private Task<Result<ProviderAccountView>> SetAsync(string owner, string provider, string token, ProviderSettings settings) =>
        stage.Get<IGrainFactory>().GetGrain<IProviderAccountsGrain>(owner).SetAsync(new SetProviderAccount(CloudStage.Admin, provider, token, settings));

    private async Task<Refusal?> RemoveAsync(string owner, string provider) =>
        (await stage.Get<IGrainFactory>().GetGrain<IProviderAccountsGrain>(owner).RemoveAsync(new RemoveProviderAccount(CloudStage.Admin, provider))).Refusal;

    /// <summary>The client gets accounts of its own at all three, in which nothing is.</summary>
    private async Task OwnAccountsAsync()
    {
        foreach (var (provider, account) in Accounts)
        {
            (await SetAsync(stage.TenantId, provider, account.OtherToken, account.Other)).Refusal.ShouldBeNull(provider);
        }
    }

    /// <summary>Past the platform: as an older state of the central database may have it.</summary>
    private async Task PutAsync(string provider, ProviderSettings settings, ProviderSettings before)
    {
        var (place, was) = (PlaceOf(settings), PlaceOf(before));
        (await stage.CentralAsync(
            $"update provider_account set settings = replace(settings::text, '\"{was}\"', '\"{place}\"')::jsonb where provider = $1 and tenant_id = '{Guid.Empty}' returning provider", provider))
            .ShouldHaveSingleItem();
    }

    private static string PlaceOf(ProviderSettings settings) => (settings.Organization ?? settings.Owner ?? settings.Team)!;

    private async Task<string> CommittedAsync(string slug, Func<Task<Result<CampaignView>>> begin, string kind)
    {
        var id = await stage.IdOfAsync(slug);
        (await begin()).Refusal.ShouldBeNull(kind);
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is var newest && newest.Kind == kind && newest.State is not "running");
        return (await stage.NewestAsync(id)).State;
    }

    /// <summary>Compares the site with a new version of the template, without changing it.</summary>
    private async Task<string> PreviewedAsync(string id)
    {
        var (site, queries) = (stage.Get<IGrainFactory>().GetGrain<ITemplateSyncGrain>(GrainKeys.Campaign(stage.TenantId, id)), stage.Get<ITemplateQueries>());
        stage.GitHub.Push($"{CloudStage.Owner}/{CloudStage.Template}", new Dictionary<string, string> { ["app/page.tsx"] = "new\n" });
        stage.GitHub.Tag($"{CloudStage.Owner}/{CloudStage.Template}", "v1.1.0");
        (await stage.Get<IGrainFactory>().GetGrain<ITemplateVersionsGrain>(GrainKeys.Platform).RefreshAsync(new RefreshVersions(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => (await queries.VersionsAsync(Scope.Everything, 100, null, default)).Items.Any(v => v.Tag == "v1.1.0"));
        var begun = await site.PreviewAsync(new SyncSite(CloudStage.Admin, "v1.1.0", []));
        begun.Refusal.ShouldBeNull();
        var seen = await Polling.UntilAsync(
            async () =>
            {
                await site.WakeAsync();
                return await queries.FindSyncAsync(Scope.Of(stage.TenantId), id, begun.Value!, default);
            },
            view => view is { State: "succeeded" or "failed" }, TimeSpan.FromMinutes(5), view => Task.FromResult($"{view?.State}: {view?.Reason}"));
        return seen!.State == "succeeded" ? seen.State : $"{seen.State}: {seen.Reason}";
    }

    /// <summary>What was asked with the other accounts' tokens, and of owners of theirs.</summary>
    private string[] AskedElsewhere()
    {
        var tokens = Accounts.Values.Select(a => a.OtherToken).ToHashSet(StringComparer.Ordinal);
        return [.. stage.Doubles.SelectMany(d => d.Requests).Where(r => tokens.Contains(r.Token ?? "")).Select(r => $"{r.Method} {r.Path}")];
    }

    private async Task DecommissionAsync(string id) =>
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }
}
