using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Rehearsals in memory, by key. Each campaign has one from the start, whose id follows from its own.</summary>
internal sealed class FakeRehearsals(FakePlatform platform) : IRehearsalQueries
{
    private readonly ConcurrentDictionary<string, (RehearsalView View, string TokenHash)> _all = new();

    public static string First(string campaignId) => "reh_" + campaignId["cmp_".Length..];

    public IRehearsalGrain Grain(string key) => new FakeRehearsal(this, platform, key);

    public Task<Page<RehearsalView>> ListAsync(string tenantId, string campaignId, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(FakePlatform.PageOf(_all.Values.Select(one => one.View).Where(one => one.CampaignId == campaignId), limit, cursor));
    }

    public Task<RehearsalView?> FindAsync(string tenantId, string campaignId, string rehearsalId, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(_all.TryGetValue(rehearsalId, out var one) && one.View.CampaignId == campaignId ? one.View
            : rehearsalId == First(campaignId) ? New(campaignId, rehearsalId) : null);
    }

    public Task<RehearsalView?> FindByTokenAsync(string tenantId, string campaignId, string tokenHash, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(_all.Values.Where(one => one.TokenHash == tokenHash && one.View.CampaignId == campaignId).Select(one => one.View).FirstOrDefault());
    }

    /// <summary>Sets a rehearsal's state and end, as its grain does in time.</summary>
    public void Set(string id, Func<RehearsalView, RehearsalView> change) => _all[id] = (change(_all[id].View), _all[id].TokenHash);

    private RehearsalView New(string campaignId, string id) =>
        new(id, campaignId, "ready", null, platform.Clock.GetUtcNow(), platform.Clock.GetUtcNow().AddDays(7), null);

    private sealed class FakeRehearsal(FakeRehearsals rehearsals, FakePlatform platform, string key) : IRehearsalGrain
    {
        private string[] Parts => GrainKeys.Split(key);

        public Task<Result<bool>> CreateAsync(CreateRehearsal command)
        {
            platform.Command();
            rehearsals._all[Parts[2]] = (rehearsals.New(Parts[1], Parts[2]), command.TokenHash);
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<Result<bool>> DeleteAsync(RehearsalCommand command)
        {
            platform.Command();
            return Task.FromResult<Result<bool>>(rehearsals._all.TryRemove(Parts[2], out _)
                ? true : new Refusal("rehearsal.not_found", "There is no such rehearsal."));
        }

        public Task<Result<bool>> RunAsync(RunRehearsal command)
        {
            platform.Command();
            var now = platform.Clock.GetUtcNow();
            rehearsals._all.TryAdd(Parts[2], (rehearsals.New(Parts[1], Parts[2]), ""));
            rehearsals.Set(Parts[2], view => view with
            {
                Run = new RehearsalRunView("running", command.Entries, 0, 0, 0, command.PerSecond ?? 20, now, now.AddDays(1), 9, now, null, null),
            });
            return Task.FromResult<Result<bool>>(true);
        }

        public Task<Result<bool>> StopAsync(RehearsalCommand command)
        {
            platform.Command();
            return Task.FromResult<Result<bool>>(true);
        }
    }
}

internal sealed class FakeStatistics(FakePlatform platform, FakeQueries queries) : ICampaignStatistics, IEntryExport
{
    /// <summary>What was asked for last.</summary>
    public StatisticsQuery? Asked { get; private set; }

    public async Task<CampaignStatistics?> ReadAsync(StatisticsQuery query, CancellationToken ct)
    {
        Asked = query;
        var totals = (await queries.StatsAsync(query.TenantId, query.CampaignId, ct))!;
        var (now, outcomes) = (platform.Clock.GetUtcNow(), new OutcomeCounts(1, 2, 0));
        return new CampaignStatistics(
            totals, [new HourCount(now, 3, 2, outcomes)], [new DayCount(new DateOnly(2026, 12, 5), 3, 2, outcomes)],
            [.. totals.Prizes.Select(prize => new PrizeStatistics(prize, now, [new PrizeDayCount(new DateOnly(2026, 12, 5), 1)]))]);
    }

    public async IAsyncEnumerable<EntryView> ReadAsync(
        string tenantId, string campaignId, bool personal, [EnumeratorCancellation] CancellationToken ct)
    {
        platform.Read();
        await Task.CompletedTask;
        yield return new EntryView("ent_1", "pool_1", 1, platform.Clock.GetUtcNow(), "none", null, "ann@example.com", "=cmd|' /C calc'!A0", "Smith, \"A\"", "+44");
    }
}
