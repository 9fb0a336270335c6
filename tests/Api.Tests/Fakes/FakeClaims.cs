using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Claims in memory: one of each campaign, with a token that the tests know.</summary>
internal sealed class FakeClaims(FakePlatform platform) : IClaimQueries
{
    public const string Token = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFE";

    private readonly ConcurrentDictionary<string, (string Campaign, ClaimView View)> _claims = new();

    public ConcurrentQueue<MakeClaim> Made { get; } = new();

    public ConcurrentQueue<MoveClaim> Moved { get; } = new();

    /// <summary>When set, judges what winners ask for.</summary>
    public Func<MakeClaim, Refusal?> Judges { get; set; } = _ => null;

    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The claim of this campaign, made if there is none.</summary>
    public ClaimView Of(CampaignView campaign) => _claims.Values.FirstOrDefault(c => c.Campaign == campaign.Id).View ?? Set(campaign, view => view);

    public ClaimView Set(CampaignView campaign, Func<ClaimView, ClaimView> change)
    {
        var known = _claims.Values.FirstOrDefault(c => c.Campaign == campaign.Id).View ?? new ClaimView
        {
            Id = Ids.New(Ids.Claim, platform.Clock.GetUtcNow()), DrawId = campaign.Settings.Draw!.Id!, Position = 1,
            EntryId = Ids.New(Ids.Entry, platform.Clock.GetUtcNow()), Prize = "Weekend in Paris", State = "told", Version = 3, Mail = "sent",
            ToldAt = platform.Clock.GetUtcNow(), Deadline = platform.Clock.GetUtcNow().AddDays(14),
            Person = new ClaimPerson("ann@example.com", "=Ann", "1 High Street", "0113", null),
        };
        var changed = change(known);
        _claims[known.Id] = (campaign.Id, changed);
        return changed;
    }

    public IClaimsGrain Grain(string key) => new FakeClaimsGrain(this, platform, GrainKeys.Split(key)[1]);

    public Task<ClaimView?> FindByTokenAsync(CampaignView campaign, string tokenHash, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(tokenHash == HashOf(Token) ? Of(campaign) : null);
    }

    public Task<(CampaignView Campaign, ClaimView Claim)?> FindAsync(Scope scope, string claimId, bool personal, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult<(CampaignView, ClaimView)?>(
            _claims.TryGetValue(claimId, out var found) && FakePlatform.Covers(scope, platform.Campaigns[found.Campaign])
                ? (platform.Campaigns[found.Campaign], found.View)
                : null);
    }

    public Task<Page<ClaimView>> ListAsync(
        string tenantId, string campaignId, string? state, bool personal, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        var all = _claims.Values.Where(c => c.Campaign == campaignId && (state is null || c.View.State == state))
            .Select(c => personal ? c.View : c.View with { Person = null });
        return Task.FromResult(FakePlatform.PageOf(all, limit, cursor));
    }

    public async IAsyncEnumerable<ClaimView> ReadAsync(
        string tenantId, string campaignId, bool personal, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var claim in (await ListAsync(tenantId, campaignId, null, personal, 200, null, ct)).Items)
        {
            yield return claim;
        }
    }

    private sealed class FakeClaimsGrain(FakeClaims claims, FakePlatform platform, string campaignId) : IClaimsGrain
    {
        private CampaignView Campaign => platform.Campaigns[campaignId];

        public Task WakeAsync() => Task.CompletedTask;

        public Task<Result<ClaimView>> MakeAsync(MakeClaim command)
        {
            platform.Command();
            claims.Made.Enqueue(command);
            return Task.FromResult<Result<ClaimView>>(command.TokenHash != HashOf(Token) ? new Refusal("claim.not_found", "There is no such claim.")
                : claims.Judges(command) is { } refusal ? refusal
                : claims.Set(Campaign, view => view with { State = "claimed", ClaimedAt = platform.Clock.GetUtcNow(), Publication = command.Publication }));
        }

        public Task<Result<ClaimView>> MoveAsync(MoveClaim command)
        {
            platform.Command();
            claims.Moved.Enqueue(command);
            return Task.FromResult<Result<ClaimView>>(command.IfMatch is { } version && version != claims.Of(Campaign).Version
                ? new Refusal("claim.version_conflict", "The claim has changed.")
                : claims.Set(Campaign, view => view with { State = command.State ?? view.State, Version = view.Version + 1 }));
        }
    }
}
