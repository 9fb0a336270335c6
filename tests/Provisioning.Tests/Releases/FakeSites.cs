using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Sync;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Releases;

/// <summary>Sites whose syncs come out as a test says: they survive the hosts, as the sites' own grains and tables do.</summary>
public sealed class FakeSites : ISiteSyncs
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, SyncView> runs = [];
    private readonly HashSet<string> reviewed = [];
    private readonly Dictionary<string, HashSet<string>> underWay = [];
    private readonly ConcurrentDictionary<string, int> atOnce = [];
    private readonly Dictionary<(string Campaign, string? Release, string Kind), string> begun = [];

    /// <summary>How a campaign's sync comes out: a result, or <c>unhealthy</c>, <c>failed</c>, <c>never</c>, or the code of a refusal. Else pushed.</summary>
    public ConcurrentDictionary<string, string> Outcomes { get; } = [];

    /// <summary>How a campaign's roll-back comes out. Else pushed.</summary>
    public ConcurrentDictionary<string, string> BackOutcomes { get; } = [];

    /// <summary>Who asked for a campaign's sync.</summary>
    public ConcurrentDictionary<string, string> Askers { get; } = [];

    /// <summary>What each campaign's site has now; v1 where nothing stands here.</summary>
    public ConcurrentDictionary<string, string> Versions { get; } = [];

    /// <summary>Every push, roll-back and closed pull request, in order: <c>campaign what</c>.</summary>
    public ConcurrentQueue<string> Done { get; } = [];

    /// <summary>While it is set every sync that was begun stays under way.</summary>
    public volatile bool Holds;

    /// <summary>Every call's first answer is lost, after it had its effect.</summary>
    public volatile bool LosesAnswers;

    /// <summary>Calls that begin these campaigns' syncs are given up by who made them, and carried out once <see cref="CarryOut"/> says so.</summary>
    public ConcurrentDictionary<string, ConcurrentQueue<SyncSite>> Late { get; } = [];

    /// <summary>Campaigns whose repositories answer nobody: their syncs stay as they are until they are withdrawn, and that is known to have pushed nothing only of a preview.</summary>
    public ConcurrentDictionary<string, bool> Unreached { get; } = [];

    /// <summary>Every sync that was withdrawn before it came to its end.</summary>
    public ConcurrentQueue<string> Withdrawn { get; } = [];

    /// <summary>People close a campaign's roll-backs that wait in pull requests.</summary>
    public void CloseBack(string campaign)
    {
        lock (gate)
        {
            foreach (var run in runs.Where(r => begun.Any(b => b.Key is { Kind: "rollback" } && b.Key.Campaign == campaign && b.Value == r.Key)).ToArray())
            {
                runs[run.Key] = run.Value with { Result = "refused", Reason = "Its pull request was closed without being merged." };
            }
        }
    }

    public int LookedForVersions { get; private set; }

    /// <summary>How often it was asked whether a sync was begun.</summary>
    public int LookedFor { get; private set; }

    /// <summary>How often it was asked what people did with pull requests.</summary>
    public int LookedForReviews { get; private set; }

    /// <summary>Campaigns whose sync was refused at least once.</summary>
    public ConcurrentDictionary<string, bool> Refused { get; } = [];

    /// <summary>Most syncs of a tenant's sites that were under way at once.</summary>
    public int AtOnceMax(string tenant) => atOnce.GetValueOrDefault(tenant);

    /// <summary>How many syncs of these campaigns were begun.</summary>
    public int Begun(ImmutableArray<string> campaigns) => campaigns.Count(c => Runs(c).Any(r => r.Kind == "sync"));

    public ImmutableArray<SyncView> Runs(string campaign)
    {
        lock (gate)
        {
            return [.. begun.Where(b => b.Key.Campaign == campaign).Select(b => runs[b.Value])];
        }
    }

    public async Task CarryOut(string tenant, string campaign)
    {
        Late.TryRemove(campaign, out var calls);
        foreach (var call in calls!)
        {
            await SyncAsync(tenant, campaign, call);
        }
    }

    public Task<Result<string>> SyncAsync(string tenantId, string campaignId, SyncSite command)
    {
        if (Late.TryGetValue(campaignId, out var calls))
        {
            calls.Enqueue(command);
            throw new TimeoutException("Nobody answers.");
        }

        Askers[campaignId] = command.Actor.Id;
        return Begin(tenantId, campaignId, command.ReleaseId, "sync", command.Version);
    }

    public Task<Result<string>> ForgoAsync(string tenantId, string campaignId, ForgoSync command)
    {
        lock (gate)
        {
            var kind = command.IsDry ? "preview" : "sync";
            if (begun.TryGetValue((campaignId, command.ReleaseId, kind), out var id))
            {
                if (runs[id].EndedAt is null && Unreached.ContainsKey(campaignId))
                {
                    Withdrawn.Enqueue(id);
                    runs[id] = command.IsDry ? runs[id] with { State = "succeeded", Result = "skipped", EndedAt = DateTimeOffset.UnixEpoch } : runs[id];
                }
            }
            else
            {
                begun[(campaignId, command.ReleaseId, kind)] = id = Ids.New(Ids.Sync, DateTimeOffset.UnixEpoch.AddYears(60));
                runs[id] = Run(id, kind, command.ReleaseId, null) with
                {
                    State = "succeeded", Result = "skipped", Reason = "The release ended before its turn.", EndedAt = DateTimeOffset.UnixEpoch,
                };
            }

            return Task.FromResult<Result<string>>(id);
        }
    }

    public Task<string?> FindBegunAsync(string tenantId, string campaignId, string releaseId, CancellationToken ct)
    {
        lock (gate)
        {
            LookedFor++;
            return Task.FromResult(begun.GetValueOrDefault((campaignId, releaseId, "sync")));
        }
    }

    public Task<Result<string>> PreviewAsync(string tenantId, string campaignId, SyncSite command) => Begin(tenantId, campaignId, command.ReleaseId, "preview", command.Version);

    public Task<Result<string>> RollBackAsync(string tenantId, string campaignId, RollBackSite command) => Begin(tenantId, campaignId, command.SyncId, "rollback", null);

    public Task<SyncView?> FindAsync(string tenantId, string campaignId, string syncId, CancellationToken ct)
    {
        lock (gate)
        {
            if (Unreached.ContainsKey(campaignId) && runs[syncId] is { EndedAt: null, Kind: not "rollback" } silent)
            {
                runs[syncId] = silent with { Reason = "The token was revoked." };
            }
            else if (runs[syncId] is { EndedAt: null } run && !Holds)
            {
                runs[syncId] = End(campaignId, run);
            }

            return Task.FromResult<SyncView?>(runs[syncId]);
        }
    }

    public Task<ImmutableHashSet<Guid>> ReviewsEndedAsync(string releaseId, CancellationToken ct)
    {
        lock (gate)
        {
            LookedForReviews++;
            return Task.FromResult(reviewed.Where(c => begun.ContainsKey((c, releaseId, "sync"))).Select(c => Ids.Parse(Ids.Campaign, c)).ToImmutableHashSet());
        }
    }

    /// <summary>Somebody merges the open pull request of a campaign; what comes of that is <see cref="Outcomes"/>.</summary>
    public void Merge(string campaign, string outcome = "pushed") => Review(campaign, r =>
    {
        Outcomes[campaign] = outcome;
        return r with { State = "deploying", Result = "pushed", Reason = "Its pull request was merged.", EndedAt = null };
    });

    public void Close(string campaign) => Review(campaign, r => r with { Result = "refused", Reason = "Its pull request was closed without being merged." });

    private void Review(string campaign, Func<SyncView, SyncView> change)
    {
        lock (gate)
        {
            var run = runs[begun.Single(b => b.Key.Campaign == campaign && b.Key.Kind == "sync").Value];
            run.Result.ShouldBe("pull_request");
            runs[run.Id] = change(run);
            reviewed.Add(campaign);
        }
    }

    public Task WakeAsync(string tenantId, string campaignId) => Task.CompletedTask;

    public Task LookForVersionsAsync(Actor actor)
    {
        LookedForVersions++;
        return Task.CompletedTask;
    }

    private Task<Result<string>> Begin(string tenant, string campaign, string? of, string kind, string? version)
    {
        lock (gate)
        {
            if (kind != "rollback" && Outcomes.GetValueOrDefault(campaign) is { } code && code.Contains('.', StringComparison.Ordinal))
            {
                Refused[campaign] = true;
                return Task.FromResult<Result<string>>(new Refusal(code, $"It says {code}."));
            }

            var isNew = !begun.TryGetValue((campaign, of, kind), out var id) || runs[id] is { Kind: "rollback", Result: "refused" };
            if (isNew)
            {
                begun[(campaign, of, kind)] = id = Ids.New(Ids.Sync, DateTimeOffset.UnixEpoch.AddYears(60));
                runs[id] = Run(id, kind, of, version);
                (underWay[tenant] = underWay.GetValueOrDefault(tenant) ?? []).Add(id);
                atOnce[tenant] = Math.Max(atOnce.GetValueOrDefault(tenant), underWay[tenant].Count(r => runs[r].EndedAt is null));
            }

            return isNew && LosesAnswers ? throw new TimeoutException("The answer was lost.") : Task.FromResult<Result<string>>(id!);
        }
    }

    private static SyncView Run(string id, string kind, string? of, string? version) => new(
        id, kind, of, "v1", version, [], "running", null, null, null, null, null, [], null, false, DateTimeOffset.UnixEpoch, null);

    private SyncView End(string campaign, SyncView run)
    {
        var outcome = run.Kind == "rollback" ? BackOutcomes.GetValueOrDefault(campaign, "pushed") : Outcomes.GetValueOrDefault(campaign, "pushed");
        if (outcome == "never")
        {
            return run with { State = "deploying" };
        }

        var ended = run with { State = outcome == "failed" ? "failed" : "succeeded", EndedAt = DateTimeOffset.UnixEpoch };
        if (run.Kind == "preview" || outcome == "failed")
        {
            return ended with { Result = outcome == "failed" ? null : outcome == "unhealthy" ? "pushed" : outcome, Reason = outcome == "failed" ? "It was archived." : null };
        }

        Done.Enqueue($"{campaign} {(run.Kind == "rollback" ? "rollback" : outcome)}");
        if (outcome is "pushed" or "unhealthy")
        {
            Versions[campaign] = run.Kind == "rollback" ? "v1" : run.ToTag!;
            return ended with { Result = "pushed", Health = outcome == "unhealthy" ? "unhealthy" : "healthy", Reason = outcome == "unhealthy" ? "The build failed." : null };
        }

        return ended with { Result = outcome };
    }
}
