using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>What grains and storage hold, in memory. Counts the commands that reached a grain.</summary>
public sealed class FakePlatform(ManualClock clock)
{
    private int _commands;
    private int _lookUps;

    public ManualClock Clock => clock;

    public ConcurrentDictionary<string, TenantView> Tenants { get; } = new();
    public ConcurrentDictionary<string, CampaignView> Campaigns { get; } = new();
    public ConcurrentDictionary<string, UserView> Users { get; } = new();
    public ConcurrentDictionary<string, PlatformUser> Accounts { get; } = new();
    public ConcurrentDictionary<string, DeploymentView> Deployments { get; } = new();
    public ConcurrentDictionary<string, DrawView> Draws { get; } = new();

    /// <summary>What becomes of a draw that is run.</summary>
    public Func<DrawView, DrawView> Ran { get; set; } = drawn => drawn;
    public ConcurrentDictionary<string, ImmutableArray<PublishedDraw>> Winners { get; } = new();

    /// <summary>Batches of codes and API keys.</summary>
    public FakeCodeStore Codes { get; } = new();

    public ConcurrentQueue<SubmitEntry> Entries { get; } = new();
    public ConcurrentQueue<string> PoolKeys { get; } = new();
    public ConcurrentQueue<object> DrawEvents { get; } = new();
    public ConcurrentQueue<AddMoments> Moments { get; } = new();
    public ConcurrentQueue<UnsealMoments> Unsealings { get; } = new();

    /// <summary>When set, judges each change of a pool: null takes it.</summary>
    public Func<EditPool, Refusal?>? PoolEdits { get; set; }

    public ConcurrentQueue<AuditFilter> AuditFilters { get; } = new();

    /// <summary>Webhooks by id, with their tenant.</summary>
    public ConcurrentDictionary<string, (string TenantId, WebhookView Webhook)> Webhooks { get; } = new();

    /// <summary>Notices of all campaigns, oldest first.</summary>
    public ConcurrentQueue<NoticeView> Notices { get; } = new();

    /// <summary>Counters that differ from the usual ones, by campaign.</summary>
    public ConcurrentDictionary<string, CampaignStats> Stats { get; } = new();

    /// <summary>Campaigns whose databases are put away.</summary>
    public ConcurrentDictionary<string, bool> PutAway { get; } = new();

    /// <summary>When set, every pool answers with this.</summary>
    public Func<SubmitEntry, Result<EntryAnswer>>? PoolAnswers { get; set; }

    /// <summary>When set, every grain and query throws it.</summary>
    public Func<Exception>? Away { get; set; }

    /// <summary>Commands that reached a grain.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>What changes a campaign, by its id, just before the next command to it is judged.</summary>
    public ConcurrentDictionary<string, Func<CampaignView, CampaignView>> ChangedMeanwhile { get; } = new();

    /// <summary>Site look-ups that reached storage.</summary>
    public int LookUps => Volatile.Read(ref _lookUps);

    public void Command()
    {
        Interlocked.Increment(ref _commands);
        Read();
    }

    public void LookUp()
    {
        Interlocked.Increment(ref _lookUps);
        Read();
    }

    public void Read()
    {
        if (Away is { } away)
        {
            throw away();
        }
    }

    /// <summary>A webhook of the tenant's, made if there is none.</summary>
    public string WebhookOf(string tenantId)
    {
        if (Webhooks.Values.FirstOrDefault(known => known.TenantId == tenantId) is (not null, { } found))
        {
            return found.Id;
        }

        var id = Ids.New(Ids.Webhook, clock.GetUtcNow());
        Webhooks[id] = (tenantId, new WebhookView(id, "https://hooks.example.com/", [], clock.GetUtcNow()));
        return id;
    }

    public static bool Covers(Scope scope, CampaignView campaign) => scope.All
        || (scope.TenantIds.Contains(campaign.TenantId) && (scope.CampaignIds.IsEmpty || scope.CampaignIds.Contains(campaign.Id)));

    /// <summary>A page of a list; the cursor is the index to go on from.</summary>
    public static Page<T> PageOf<T>(IEnumerable<T> all, int limit, string? cursor)
    {
        var from = cursor is null ? 0 : int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture);
        var items = all.Skip(from).Take(limit + 1).ToImmutableArray();
        return items.Length > limit
            ? new Page<T>(items[..limit], (from + limit).ToString(System.Globalization.CultureInfo.InvariantCulture))
            : new Page<T>(items, null);
    }
}
