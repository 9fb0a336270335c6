using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Rehearsals;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Campaign.Rehearsals;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>Sends one entry through a short rehearsal of a campaign as it is now, by the code that takes people's entries, and deletes the rehearsal.</summary>
internal sealed class OneEntry(IGrainFactory grains, IRehearsalQueries rehearsals, RehearsalRows rows, TimeProvider clock)
{
    /// <summary>Among so many generated entries one is without fault.</summary>
    private const long EntriesMax = 50;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100), Life = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Answers why no rehearsal was possible; null when the entry was taken. Throws <see cref="ProviderException"/>: rejected when it was
    /// refused, transient when nobody knows yet. May be repeated for the same rehearsal.
    /// </summary>
    public async Task<string?> TryAsync(RehearsalAddress address, CampaignSettings settings, CancellationToken ct)
    {
        var grain = grains.GetGrain<IRehearsalGrain>(GrainKeys.Rehearsal(address.TenantId, address.CampaignId, address.RehearsalId));
        if (await ReadyAsync(grain, address, ct) is { } impossible)
        {
            return impossible;
        }

        try
        {
            await SendAsync(address, settings, ct);
        }
        finally
        {
            await grain.DeleteAsync(new RehearsalCommand(Actor.System));
        }

        return null;
    }

    /// <summary>What an attempt before left is taken up, or waited for until it is gone.</summary>
    private async Task<string?> ReadyAsync(IRehearsalGrain grain, RehearsalAddress address, CancellationToken ct)
    {
        // Nobody is told this token: nothing but the entry below is sent. It ends by itself where this host does not come to delete it.
        var token = Convert.ToHexStringLower(SHA256.HashData(RandomNumberGenerator.GetBytes(32)));
        while (true)
        {
            switch (await rehearsals.FindAsync(address.TenantId, address.CampaignId, address.RehearsalId, ct))
            {
                case { State: "ready" }:
                    return null;
                case { State: "failed" } failed:
                    await grain.DeleteAsync(new RehearsalCommand(Actor.System));
                    throw new ProviderException(ProviderFault.Transient, $"The rehearsal of an entry could not be prepared. {failed.Message}");
                case null when (await grain.CreateAsync(new CreateRehearsal(Actor.System, token, clock.GetUtcNow() + Life))).Refusal is { } refusal:
                    return refusal.Detail;
            }

            await Task.Delay(Look, clock, ct);
        }
    }

    private async Task SendAsync(RehearsalAddress address, CampaignSettings settings, CancellationToken ct)
    {
        // In a rehearsal the campaign has always been open, and it closes when it does.
        var (now, seed) = (clock.GetUtcNow(), new RehearsalSeed(address, rows, grains));
        now = settings.ClosesAt is { } closes && closes <= now ? closes.AddSeconds(-1) : now;
        // Which of them is without fault follows from the number that they are made from.
        var run = new RehearsalRun(BitConverter.ToUInt64(address.Rehearsal.ToByteArray(), 8), EntriesMax, 1, now, now.AddSeconds(1), EntriesMax, true);
        var made = new RehearsedEntries(run.Seed, run.Entries, run.Entrants, new TrafficShape(run.From, run.To, TimeZoneInfo.Utc));
        var index = Enumerable.Range(0, (int)EntriesMax).First(i => made.Of(i).Fault == RehearsedFault.None);
        var (pool, entry) = new RehearsalTraffic(run, settings, seed, await seed.BatchesAsync(ct)).Of(index);
        var answer = await seed.Pool(pool).SubmitAsync(entry with { ReceivedAt = now });
        if (answer.Refusal is { } refusal)
        {
            throw new ProviderException(
                refusal is { Code: "storage.unavailable" } ? ProviderFault.Transient : ProviderFault.Rejected,
                $"A rehearsed entry was refused ({refusal.Code}). {refusal.Detail}");
        }
    }
}
