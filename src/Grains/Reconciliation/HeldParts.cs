using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Reconciliation;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Cloud.Vercel;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Storage.Central.Provisioning;
using PrizeDraw.Storage.Central.Reconciliation;

namespace PrizeDraw.Grains.Reconciliation;

/// <summary>What an owner's account at a provider holds. Deleting goes through the provider's own check of id, name and marker.</summary>
internal sealed class HeldParts(LocalProviders local, CloudProviders cloud, ProviderAccountStore accounts)
{
    private sealed record Source(string Part, Func<CancellationToken, Task<Holdings>> List, Func<FindingRow, CancellationToken, Task> Delete);

    /// <summary>All that the account holds, and whether that is all of it. Throws <see cref="ProviderException"/>.</summary>
    public async Task<(ImmutableArray<HeldPart> Parts, bool IsWhole)> ListAsync(Guid owner, string provider, CancellationToken ct)
    {
        var (found, isWhole) = (ImmutableArray.CreateBuilder<HeldPart>(), true);
        foreach (var source in await SourcesAsync(owner, provider, ct))
        {
            var holdings = await source.List(ct);
            found.AddRange(holdings.Items.Select(r => new HeldPart(source.Part, r.Name, r.MarkedAs, r.Nonce, r.Id, r.Changed)));
            isWhole &= holdings.IsWhole;
        }

        return (found.ToImmutable(), isWhole);
    }

    /// <summary>Deletes what was found, if it still is what was found. Gone already is fine. Throws <see cref="ProviderException"/>.</summary>
    public async Task DeleteAsync(FindingRow finding, CancellationToken ct)
    {
        var source = (await SourcesAsync(finding.Owner, finding.View.Provider, ct)).Single(s => s.Part == finding.View.Part);
        await source.Delete(finding, ct);
    }

    private async Task<ImmutableArray<Source>> SourcesAsync(Guid owner, string provider, CancellationToken ct)
    {
        if (provider == ProviderNames.Local)
        {
            return [Of(local.Databases), Of(local.Repositories), Of(local.Sites)];
        }

        var account = await accounts.OwnAsync(owner, provider, ct)
            ?? throw new ProviderException(ProviderFault.Unauthorized, "The account was removed: what it holds can't be looked at any more.");
        var settings = account.View.Settings;
        return provider switch
        {
            ProviderNames.Supabase => [Of(cloud.Supabase(account.Token, new SupabaseOptions { Organization = settings.Organization ?? "" }))],
            ProviderNames.GitHub => [Of(cloud.Repositories(account.Token, ProviderDirectory.OptionsOf(account)))],
            ProviderNames.Vercel => [Of(cloud.Vercel(account.Token, new VercelOptions { TeamId = settings.Team }))],
            _ => throw new ArgumentOutOfRangeException(nameof(provider)),
        };
    }

    private static Source Of(IDatabaseProvider databases) => new(
        "database", databases.ListAsync,
        (f, ct) => databases.DeleteIfOwnedAsync(new DatabaseRequest(f.MarkedAs, f.Nonce!, "") { Id = f.View.ResourceId }, ct));

    private static Source Of(IRepositoryHost repositories) => new(
        "repository", repositories.ListAsync,
        (f, ct) => repositories.DeleteIfOwnedAsync(new RepositoryRequest(f.MarkedAs, f.Nonce!, new TemplateVersion("", "")) { Id = f.View.ResourceId }, ct));

    private static Source Of(ISiteHosting sites) => new(
        "site", sites.ListAsync, (f, ct) => sites.DeleteIfOwnedAsync(new SiteRequest(f.MarkedAs, f.Nonce!) { Id = f.View.ResourceId }, ct));
}
