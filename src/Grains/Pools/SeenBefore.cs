using System;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// Tells which keys, persons and phone numbers were surely never seen: nearly all are new, and a look-up that finds nothing costs storage as
/// much as the writing of a row. What was stored before is loaded in the background; until it is there anything may have been seen. What other
/// pools of the campaign add meanwhile is not known here: that their keys and persons are unique is storage's to say, as a conflict, after which
/// everything is looked up. Used on the pool's own turns.
/// </summary>
internal sealed class SeenBefore
{
    private readonly SeenFilter own = new(0);
    private SeenFilter? stored;
    private bool loading;

    public bool MayHaveKey(string key) => MayHave(HashOf(key));

    public bool MayHavePerson(IdentityHash person) => MayHave(HashOf(person));

    public bool MayHavePhone(IdentityHash phone) => MayHave(~HashOf(phone));

    /// <summary>Remembers an entry that is being decided, accepted or not.</summary>
    public void Add(EntryCommand entry)
    {
        own.Add(HashOf(entry.Key));
        if (!entry.Identity.IsNone)
        {
            own.Add(HashOf(entry.Identity));
        }

        if (!entry.PhoneIdentity.IsNone)
        {
            own.Add(~HashOf(entry.PhoneIdentity));
        }
    }

    /// <summary>Loads what is stored, once. When that fails everything goes on being looked up.</summary>
    public async Task LoadAsync(PoolStore store, PoolAddress address, CancellationToken ct)
    {
        if (loading)
        {
            return;
        }

        loading = true;
        try
        {
            // Off the pool's turns: a campaign may have ten million.
            var loaded = await Task.Run(() => ReadAsync(store, address, ct), ct);
            stored = loaded;
        }
        catch (Exception e) when (e is StorageUnavailableException or OperationCanceledException or TimeoutException or System.Data.Common.DbException)
        {
            // The look-ups that go on instead will say what is wrong with storage, if anything still is.
        }
    }

    private static async Task<SeenFilter> ReadAsync(PoolStore store, PoolAddress address, CancellationToken ct)
    {
        var filter = new SeenFilter(await store.CountSeenAsync(address, ct));
        await store.ReadSeenAsync(
            address, key => filter.Add(HashOf(key)), person => filter.Add(HashOf(person)), phone => filter.Add(~HashOf(phone)), ct);
        return filter;
    }

    private bool MayHave(ulong hash) => stored is not { } loaded || loaded.MayHave(hash) || own.MayHave(hash);

    // FNV-1a with a finisher. Who chooses keys so that they meet has them looked up, no more.
    private static ulong HashOf(string key)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in key)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ (hash >> 32)) * 0xd6e8feb86659fd93UL;
        return hash ^ (hash >> 32);
    }

    // A keyed hash is as good as random already.
    private static ulong HashOf(IdentityHash identity) => ulong.Parse(identity.Hex.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static ulong HashOf(byte[] identity) => System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(identity);
}
