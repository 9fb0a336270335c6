using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Rehearsals;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>
/// Fills a rehearsal's rows: the campaign's pools as they are, with secrets and winning moments of its own, since the real ones must not be
/// known to anybody, and codes of its own.
/// </summary>
internal sealed class RehearsalSeed(RehearsalAddress address, RehearsalRows rows, IGrainFactory grains)
{
    /// <summary>Rehearsed coupons of one batch; what comes after finds none left.</summary>
    private const long CouponsMax = 100_000;

    /// <summary>Entry codes for those who try by hand; generated traffic brings as many as it needs.</summary>
    private const long EntryCodesByHand = 1_000;

    private const int RandomCharacters = 13;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Entries run before the opening too: in a rehearsal the campaign has always been open.</summary>
    private static readonly DateTimeOffset Always = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static string ToJson(CampaignSettings settings) => JsonSerializer.Serialize(settings, Json);

    public static CampaignSettings FromJson(string json) => JsonSerializer.Deserialize<CampaignSettings>(json, Json)!;

    /// <param name="settings">The campaign's.</param>
    /// <param name="entryCodes">How many entry codes there must be.</param>
    /// <param name="now">From when the first moment of each prize wins, where the campaign has not opened: who tries by hand wants to see one.</param>
    /// <param name="ct">Ends it between two steps.</param>
    public async Task PlantAsync(CampaignSettings settings, long entryCodes, DateTimeOffset now, CancellationToken ct)
    {
        var source = await rows.SourceAsync(address, ct);
        // Codes first: a pool sets coupons aside as soon as it is there.
        await AddCodesAsync(source, Math.Max(entryCodes, EntryCodesByHand), ct);
        var rehearsed = settings with { OpensAt = Always, Pools = [] };
        for (var i = 0; i < settings.Pools.Length; i++)
        {
            var pool = settings.Pools[i] with { Moments = [.. settings.Pools[i].Prizes.SelectMany(prize => MomentsOf(prize, source, settings, now))] };
            var grain = Pool(pool.Id!);
            Accepted(await grain.ConfigureAsync(new ConfigurePool(Actor.System, pool, i, rehearsed)));
            Accepted(await grain.SetPhaseAsync(new SetPoolPhase(Actor.System, Published: true, Paused: false, rehearsed)));
        }
    }

    /// <summary>For a run that goes on with what is there, and needs more codes than that has.</summary>
    public Task EnsureEntryCodesAsync(IReadOnlyList<RehearsedBatch> batches, long entries, CancellationToken ct) =>
        AddCodesAsync(new RehearsalSource(ImmutableDictionary<Guid, int>.Empty, [.. batches]), entries, ct);

    /// <summary>The batches of the campaign, in the order that decides their prefixes here.</summary>
    public async Task<IReadOnlyList<RehearsedBatch>> BatchesAsync(CancellationToken ct) => (await rows.SourceAsync(address, ct)).Batches;

    public IPrizePoolGrain Pool(string poolId) => grains.GetGrain<IPrizePoolGrain>(
        GrainKeys.RehearsedPool(address.TenantId, address.CampaignId, poolId, address.RehearsalId));

    /// <summary>The batch's code of this number. It follows from the number alone: there is nothing to guess about a code that is worth nothing.</summary>
    public string CodeOf(Guid batch, string prefix, long seq)
    {
        Span<byte> from = stackalloc byte[40];
        address.Rehearsal.TryWriteBytes(from);
        batch.TryWriteBytes(from[16..]);
        BitConverter.TryWriteBytes(from[32..], seq);
        return new CodeMint(prefix, RandomCharacters).Mint(SHA256.HashData(from).AsSpan(0, RandomCharacters));
    }

    /// <summary>Every rehearsed code begins with TEST.</summary>
    public static string PrefixOf(int batch) => $"TEST{batch:00}";

    private async Task AddCodesAsync(RehearsalSource source, long entryCodes, CancellationToken ct)
    {
        for (var i = 0; i < source.Batches.Length; i++)
        {
            var (batch, prefix) = (source.Batches[i], PrefixOf(i));
            var codes = batch.Kind == "entry" ? entryCodes : Math.Min(batch.Codes, CouponsMax);
            await rows.AddCodesAsync(
                address, batch, prefix, CodePattern.Default(prefix), codes, seq => CodeOf(batch.Id, prefix, seq), ct);
        }
    }

    private static IEnumerable<MomentSettings> MomentsOf(PrizeSettings prize, RehearsalSource source, CampaignSettings settings, DateTimeOffset now)
    {
        var count = source.Moments.GetValueOrDefault(Ids.Parse(Ids.Prize, prize.Id!));
        if (count > 0 && now < settings.OpensAt)
        {
            yield return new MomentSettings(now, prize.Id);
            count--;
        }

        if (count > 0)
        {
            yield return new MomentSettings(Generate: new GenerateMoments(prize.Id!, count, settings.OpensAt, settings.ClosesAt));
        }
    }

    private static void Accepted(Result<bool> result)
    {
        if (result.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"A rehearsed pool refused: {refusal.Detail}");
        }
    }
}
