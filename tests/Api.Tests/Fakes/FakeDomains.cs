using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Domains of campaigns; each has one to begin with. The host is asked by <see cref="Host"/>.</summary>
internal sealed class FakeDomains(FakePlatform platform) : IDomainQueries
{
    private readonly ConcurrentDictionary<(string Campaign, string Name), DomainView> _all = new();

    /// <summary>What the host says when somebody asks.</summary>
    public Func<DomainView, DomainView> Host { get; set; } = view => view;

    public static string NameOf(string campaignId) => $"win-{campaignId[^6..]}.example.com";

    public IDomainsGrain Grain(string key) => new FakeDomainsGrain(platform, this, GrainKeys.Split(key)[1]);

    public Task<ImmutableArray<DomainView>> ListAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        platform.Read();
        _all.GetOrAdd((campaignId, NameOf(campaignId)), key => New(key.Name));
        return Task.FromResult(_all.Where(d => d.Key.Campaign == campaignId).Select(d => d.Value).OrderBy(d => d.Name, StringComparer.Ordinal).ToImmutableArray());
    }

    public async Task<DomainView?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct) =>
        (await ListAsync(tenantId, campaignId, ct)).FirstOrDefault(d => d.Name == name);

    private DomainView New(string name) => new(name, "added", false, null, [], platform.Clock.GetUtcNow(), null, platform.Clock.GetUtcNow());

    private sealed class FakeDomainsGrain(FakePlatform platform, FakeDomains domains, string campaign) : IDomainsGrain
    {
        public Task WakeAsync() => Task.CompletedTask;

        public Task<Result<DomainView>> AddAsync(DomainCommand command)
        {
            platform.Command();
            return Task.FromResult<Result<DomainView>>(platform.Campaigns[campaign].Settings.Providers?.Site == ProviderNames.Local
                ? new Refusal("domain.unsupported", "The hosting has none.")
                : domains._all.Keys.Any(k => k.Name == command.Name && k.Campaign != campaign) ? new Refusal("domain.in_use", "In use.")
                : domains._all.GetOrAdd((campaign, command.Name), key => domains.New(key.Name)));
        }

        public Task<Result<DomainView>> CheckAsync(DomainCommand command) =>
            ChangeAsync(command, view => domains.Host(view with { IsPlaced = true, NextCheckAt = platform.Clock.GetUtcNow().AddMinutes(1) }));

        public Task<Result<DomainView>> RemoveAsync(DomainCommand command) => ChangeAsync(command, view => view with { State = "removing" });

        public Task RemoveAllAsync(Actor actor) => throw new NotSupportedException();

        private Task<Result<DomainView>> ChangeAsync(DomainCommand command, Func<DomainView, DomainView> change)
        {
            platform.Command();
            return Task.FromResult<Result<DomainView>>(domains._all.TryGetValue((campaign, command.Name), out var view)
                ? domains._all[(campaign, command.Name)] = change(view)
                : new Refusal("domain.not_found", "There is no such domain."));
        }
    }
}
