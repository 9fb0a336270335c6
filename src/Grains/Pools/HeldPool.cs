using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>A pool as its activation holds it between taking it and losing it.</summary>
internal sealed class HeldPool(PoolAddress address, TimeProvider clock)
{
    private readonly HashSet<MomentId> claimed = [];
    private TakenPool? taken;

    public PoolAddress Address => address;

    /// <summary>Null before the pool is configured.</summary>
    public TakenPool? Taken => taken;

    public TakenPool Configured => taken ?? throw new InvalidOperationException("The pool has not been configured.");

    public CampaignSettings? Settings { get; private set; }

    /// <summary>Null before the first phase was set.</summary>
    public PoolRules? Rules { get; private set; }

    public EntryCommands? Commands { get; private set; }

    /// <summary>Whether entries are being taken, paused or not.</summary>
    public bool IsTaking => Rules is { Published: true, ClosedAt: null };

    /// <summary>The key that people of the campaign are known by; null until it was read.</summary>
    public byte[]? IdentityKey { get; set; }

    /// <summary>Which keys and people the campaign may have seen before.</summary>
    public SeenBefore Seen { get; } = new();

    /// <summary>The moments that nobody has claimed yet, without opening any of them again.</summary>
    public IReadOnlyList<WinningMoment>? Unclaimed =>
        taken is null ? null : claimed.Count == 0 ? taken.Unclaimed : [.. taken.Unclaimed.Where(m => !claimed.Contains(m.Id))];

    /// <summary>Puts what was loaded, or what has been written of it, in force.</summary>
    public void Put(TakenPool? pool)
    {
        if (!ReferenceEquals(pool?.Unclaimed, taken?.Unclaimed))
        {
            claimed.Clear();
        }

        var settingsAreKnown = taken is not null && taken.Settings == pool?.Settings;
        taken = pool;
        if (pool is null)
        {
            return;
        }

        if (!settingsAreKnown)
        {
            Settings = pool.Settings is null ? null : PoolSettingsMap.FromJson(pool.Settings);
        }

        Rules = Settings is null ? null : PoolSettingsMap.Rules(Settings, pool);
        Commands = Settings is null ? null : new EntryCommands(
            IdentityKey ?? throw new InvalidOperationException("The campaign has no identity key."), PoolSettingsMap.EmailIdentity(Settings), clock);
    }

    /// <summary>The batch has committed.</summary>
    public void Committed(BatchWrite write)
    {
        taken = Configured with { Batch = write.Batch, Head = write.Head };
        foreach (var row in write.Entries)
        {
            if (row.Entry.Moment is { } moment)
            {
                claimed.Add(moment.Id);
            }
        }
    }
}
