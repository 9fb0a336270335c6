using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Accounts by owner and provider; knows of no token but whether there was one.</summary>
internal sealed class FakeProviderAccounts(FakePlatform platform) : IProviderAccountQueries, IProviderChecks
{
    private readonly ConcurrentDictionary<(string Owner, string Provider), ProviderAccountView> accounts = new();

    public IProviderAccountsGrain Grain(string owner) => new Accounts(this, platform, owner);

    public Task<ImmutableArray<ProviderAccountView>> ListAsync(string? tenantId, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(accounts.Where(known => known.Key.Owner == (tenantId ?? GrainKeys.Platform)).Select(known => known.Value).ToImmutableArray());
    }

    public Task<ImmutableArray<ProviderCheck>> OfCampaignAsync(CampaignView campaign, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(Checks("local", "unknown"));
    }

    public Task<ImmutableArray<ProviderCheck>?> OfAccountAsync(string? tenantId, string provider, CancellationToken ct)
    {
        platform.Read();
        var isThere = accounts.ContainsKey((tenantId ?? GrainKeys.Platform, provider));
        return Task.FromResult<ImmutableArray<ProviderCheck>?>(isThere ? Checks(provider, "failed") : null);
    }

    private static ImmutableArray<ProviderCheck> Checks(string provider, string worst) =>
        [new(provider, "token", "passed", "It is taken."), new(provider, "quota", worst, "Nobody knows."), new(provider, "name", "passed", "It is free.")];

    private sealed class Accounts(FakeProviderAccounts all, FakePlatform platform, string owner) : IProviderAccountsGrain
    {
        public Task<Result<ProviderAccountView>> SetAsync(SetProviderAccount command)
        {
            platform.Command();
            if (command.Provider == "nobody")
            {
                return Task.FromResult<Result<ProviderAccountView>>(new Refusal("provider.not_found", "There is no such provider."));
            }

            var set = new ProviderAccountView(command.Provider, command.Settings, platform.Clock.GetUtcNow(), owner == GrainKeys.Platform);
            all.accounts[(owner, command.Provider)] = set;
            return Task.FromResult<Result<ProviderAccountView>>(set);
        }

        public Task<Result<bool>> RemoveAsync(RemoveProviderAccount command)
        {
            platform.Command();
            return Task.FromResult<Result<bool>>(
                all.accounts.TryRemove((owner, command.Provider), out _) ? true : new Refusal("provider.not_found", "There is no account at it."));
        }
    }
}
