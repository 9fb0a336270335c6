using System;
using System.Collections.Generic;
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
    private sealed record Source(string Part, Func<CancellationToken, Task<Holdings>> List, Func<FindingRow, CancellationToken, Task> Delete)
    {
        /// <summary>What has become of a part that takes a question of its own; null for nothing.</summary>
        public Func<HeldResource, ExpectedPart, CancellationToken, Task<string?>> Look { get; init; } = (_, _, _) => Task.FromResult<string?>(null);
    }

    /// <summary>All that the account holds, and whether that is all of it. Throws <see cref="ProviderException"/>.</summary>
    /// <param name="owner">Whose account it is.</param>
    /// <param name="provider">At which provider.</param>
    /// <param name="expected">What must be there: only of these is asked what a list does not tell.</param>
    /// <param name="ct">Ends it.</param>
    public async Task<(ImmutableArray<HeldPart> Parts, bool IsWhole)> ListAsync(
        Guid owner, string provider, IReadOnlyCollection<ExpectedPart> expected, CancellationToken ct)
    {
        var byMark = expected.ToLookup(e => (e.Part, e.Nonce));
        var (found, isWhole) = (ImmutableArray.CreateBuilder<HeldPart>(), true);
        foreach (var source in await SourcesAsync(owner, provider, ct))
        {
            var holdings = await source.List(ct);
            foreach (var r in holdings.Items)
            {
                var ours = r.Nonce is { } nonce ? byMark[(source.Part, nonce)].FirstOrDefault(e => e.Id is null || e.Id == r.Id) : null;
                string?[] changes = [r.Changed, ours is null ? null : await source.Look(r, ours, ct)];
                var changed = string.Join(' ', changes.OfType<string>());
                found.Add(new HeldPart(source.Part, r.Name, r.MarkedAs, r.Nonce, r.Id, changed.Length == 0 ? null : changed));
            }

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
        (f, ct) => databases.DeleteIfOwnedAsync(new DatabaseRequest(f.MarkedAs, f.Nonce!, "") { Id = f.View.ResourceId, IsMade = true }, ct));

    private static Source Of(IRepositoryHost repositories) => new(
        "repository", repositories.ListAsync,
        (f, ct) => repositories.DeleteIfOwnedAsync(new RepositoryRequest(f.MarkedAs, f.Nonce!, new TemplateVersion("", "")) { Id = f.View.ResourceId }, ct))
    {
        Look = async (held, expected, ct) => expected.ProtectedBranch is { } branch && await repositories.IsProtectedAsync(held.Name, branch, ct) == false
            ? $"Its branch {branch} is no longer protected against deletion and rewriting."
            : null,
    };

    private static Source Of(ISiteHosting sites) => new(
        "site", sites.ListAsync, (f, ct) => sites.DeleteIfOwnedAsync(new SiteRequest(f.MarkedAs, f.Nonce!) { Id = f.View.ResourceId }, ct));
}
