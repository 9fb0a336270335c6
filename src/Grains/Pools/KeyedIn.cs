using System;
using System.Collections.Generic;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>Who keyed in an entry stands in the audit log, written with the entry; of the entrant nothing stands there.</summary>
internal static class KeyedIn
{
    public static IReadOnlyList<CampaignEvent> EventsOf(
        List<PendingEntry> pending, List<EntryDecision> decisions, IReadOnlyList<AcceptedEntry> accepted, PoolAddress address, TimeProvider clock)
    {
        List<CampaignEvent>? events = null;
        for (var i = 0; i < pending.Count; i++)
        {
            if (pending[i].Command.KeyedBy is { } actor && decisions[i] is EntryDecision.Accepted { AcceptedIndex: var index })
            {
                var (entry, now) = (accepted[index], clock.GetUtcNow());
                (events ??= []).Add(new CampaignEvent(
                    Guid.CreateVersion7(now), now, actor.Id, "entry.keyed_in", Ids.Format(Ids.Entry, entry.Id.Value), null,
                    PoolAudit.KeyedIn(address.PoolId, entry.Number, pending[i].Command)));
            }
        }

        return events ?? (IReadOnlyList<CampaignEvent>)[];
    }
}
