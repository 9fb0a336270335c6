using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>What a write came to.</summary>
public enum WriteResult
{
    Committed,

    /// <summary>Another activation holds the pool; nothing was written.</summary>
    Fenced,

    /// <summary>Another pool took a key, a person or a code meanwhile; nothing was written.</summary>
    Conflict,
}

/// <summary>A campaign's tables as the simulation has them: keys, people and codes are the campaign's, all else belongs to one pool.</summary>
public sealed class CampaignRows(IReadOnlyDictionary<string, EntryCode> codes, IReadOnlyList<PoolRows> pools)
{
    private readonly Dictionary<string, EntryRow> byKey = [];
    private readonly Dictionary<string, (int Version, int Pool, long Epoch)> writtenBy = [];
    private readonly Dictionary<IdentityHash, (EntrantId Id, byte[] PersonKey)> entrants = [];
    private readonly HashSet<string> taken = [];

    public IReadOnlyList<PoolRows> Pools => pools;

    /// <summary>How many batches were written.</summary>
    public int Version { get; private set; }

    public EntryRow? Find(string key) => byKey.GetValueOrDefault(key);

    /// <summary>Whether another than this activation has written the entry's key, or taken its code, since that version.</summary>
    public bool WasTakenSince(int version, EntryCommand sent, int pool, long epoch)
    {
        return ByAnother(sent.Key) || (sent.Code is not null && ByAnother(sent.Code));

        bool ByAnother(string what) => writtenBy.TryGetValue(what, out var by) && by.Version > version && (by.Pool, by.Epoch) != (pool, epoch);
    }

    /// <summary>What a batch must know, in states of its own.</summary>
    public EntryFacts FactsOf(int pool, IReadOnlyList<EntryCommand> commands)
    {
        var keys = new Dictionary<string, KnownEntry>();
        var people = new Dictionary<IdentityHash, EntrantState>();
        var phones = new Dictionary<IdentityHash, IdentityCounts>();
        var unused = new Dictionary<string, EntryCode>();
        foreach (var c in commands)
        {
            if (byKey.TryGetValue(c.Key, out var row))
            {
                keys[c.Key] = new KnownEntry(row.Id, row.PersonKey, row.Fingerprint);
            }

            if (entrants.TryGetValue(c.Identity, out var entrant))
            {
                people[c.Identity] = pools[pool].Restore(c.Identity, new EntrantState(entrant.Id, entrant.PersonKey));
            }

            if (pools[pool].Knows(c.PhoneIdentity))
            {
                phones[c.PhoneIdentity] = pools[pool].Restore(c.PhoneIdentity, new IdentityCounts());
            }

            if (c.Code is not null && codes.TryGetValue(c.Code, out var code) && !taken.Contains(c.Code))
            {
                unused[c.Code] = code;
            }
        }

        return new EntryFacts(keys, people, phones, unused);
    }

    /// <summary>Writes the whole batch or nothing.</summary>
    public WriteResult Write(int pool, long epoch, EntryBatch batch, out List<EntryRow> rows)
    {
        rows = [];
        if (pools[pool].Epoch != epoch)
        {
            return WriteResult.Fenced;
        }

        // Storage looks at what is inserted: keys, new people and codes.
        if (batch.Accepted.Any(Conflicts))
        {
            return WriteResult.Conflict;
        }

        Version++;
        var alerts = batch.Alerts.ToDictionary(a => a.Number);
        foreach (var entry in batch.Accepted)
        {
            var row = RowOf(pool, entry, alerts.GetValueOrDefault(entry.Number));
            byKey.Add(row.Sent.Key, row);
            writtenBy.Add(row.Sent.Key, (Version, pool, epoch));
            if (entry.IsNewEntrant)
            {
                entrants.Add(row.Sent.Identity, (row.Entrant, row.PersonKey));
            }
            else if (!entrants.ContainsKey(row.Sent.Identity))
            {
                throw new BrokenPromiseException(Promises.Person, "nobody of this identity is stored");
            }

            if (row.Code is not null)
            {
                taken.Add(row.Code);
                writtenBy.Add(row.Code, (Version, pool, epoch));
            }

            pools[pool].Add(row, entry.Prize?.Terms);
            rows.Add(row);
        }

        return WriteResult.Committed;
    }

    private bool Conflicts(AcceptedEntry entry) => byKey.ContainsKey(entry.Command.Key)
        || (entrants.TryGetValue(entry.Command.Identity, out var known) && known.Id != entry.Entrant.Id)
        || (entry.Code is not null && taken.Contains(entry.Command.Code!));

    private static EntryRow RowOf(int pool, AcceptedEntry e, StockAlert? alert) =>
        new(pool, e.Command, e.Id, e.Number, e.EnteredAt, e.Day, e.Time.Hour)
        {
            Outcome = e.Outcome,
            Prize = e.Prize?.Id,
            Moment = e.Moment?.Id,
            Coupon = e.Coupon,
            Code = e.Code is null ? null : e.Command.Code,
            Entrant = e.Entrant.Id,
            PersonKey = e.Entrant.PersonKey,
            Fingerprint = e.Fingerprint,
            Alert = alert is null ? null : new TheAlert(alert.Prize.Id, alert.Level, alert.Remaining, alert.Threshold),
        };
}
