using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Evidence;

/// <summary>Which campaign a file tells of.</summary>
public sealed record InstantAddress(string TenantId, string CampaignId, Guid Tenant, Guid Campaign);

/// <summary>
/// Writes <c>instant.jsonl</c> piece by piece. After each piece what was written and where to go on stand in one transaction, so that a
/// crash costs one piece and the file is the same however often its writing was cut short.
/// </summary>
internal sealed class InstantFile(
    InstantAddress address, ImmutableArray<PoolFacts> pools, InstantReads reads, PublicFiles files, SigningKeys keys)
{
    /// <summary>Lines of one piece, about.</summary>
    private const int PieceMax = 10_000;

    /// <summary>Rules with 200 prizes have lines of 50 kB.</summary>
    private const int ChangesMax = 100;

    private long epoch;
    private Progress at = new(0, Stage.Header, 0, 0, 0);
    private (Guid Pool, InstantMoment[] Sorted)? moments;

    private enum Stage
    {
        Header,
        Pool,
        Changes,
        Moments,
        Batches,
        End,
        Done,
    }

    /// <summary>Takes the file over from whoever wrote it before; true when it is ready already.</summary>
    public async Task<bool> TakeAsync(CancellationToken ct)
    {
        var taken = await files.TakeAsync(address.Tenant, address.Campaign, PublicFileNames.Instant, "application/jsonl", ct);
        epoch = taken.Epoch;
        at = taken.Progress is { } stored ? JsonSerializer.Deserialize<Progress>(stored)! : at;
        return taken.IsReady;
    }

    /// <summary>Writes the next piece; false once every line is written.</summary>
    public async Task<bool> WriteNextAsync(CancellationToken ct)
    {
        if (at.Stage == Stage.Done)
        {
            return false;
        }

        using var piece = new MemoryStream();
        var next = at.Stage switch
        {
            Stage.Header => await HeaderAsync(piece, ct),
            Stage.Pool => PoolLines(piece),
            Stage.Changes => await ChangesAsync(piece, ct),
            Stage.Moments => await MomentsAsync(piece, ct),
            Stage.Batches => await BatchesAsync(piece, ct),
            Stage.End => End(piece),
            _ => throw new InvalidOperationException($"There is no stage {at.Stage}."),
        };
        if (!await files.AppendAsync(
            address.Tenant, address.Campaign, PublicFileNames.Instant, epoch, JsonSerializer.Serialize(next), piece.GetBuffer().AsMemory(0, (int)piece.Length), ct))
        {
            throw new StorageUnavailableException("Another host is writing this campaign's outcomes.");
        }

        at = next;
        return true;
    }

    /// <summary>Recounts what was written, as an outsider would, and makes it public. What the recount came to does not hold it back.</summary>
    public async Task<RecountResult> FinishAsync(AuditEvent audit, CancellationToken ct)
    {
        var taken = await files.TakeAsync(address.Tenant, address.Campaign, PublicFileNames.Instant, "application/jsonl", ct);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var recount = new InstantRecount((await keys.PublicKeysAsync(ct)).Select(key => KeyValuePair.Create(key.KeyId, key.Spki.ToArray())));
        await files.EachPieceAsync(address.Tenant, address.Campaign, PublicFileNames.Instant, taken.Chunks, bytes =>
        {
            hash.AppendData(bytes);
            recount.Feed(bytes);
        }, ct);
        if (!taken.IsReady && !await files.EndAsync(
            address.Tenant, address.Campaign, PublicFileNames.Instant, taken.Epoch, hash.GetHashAndReset(), audit, ct))
        {
            throw new StorageUnavailableException("Another host is writing this campaign's outcomes.");
        }

        return recount.Finish();
    }

    private async Task<Progress> HeaderAsync(MemoryStream piece, CancellationToken ct)
    {
        var known = await keys.PublicKeysAsync(ct);
        Line(piece, InstantLines.Header(
            address.CampaignId, pools.First().TimeZone ?? "", pools.Max(p => p.ClosedAt) ?? throw new InvalidOperationException("The pools have not closed."),
            [.. pools.Select(p => Ids.Format(Ids.Pool, p.Id))], [.. known.Select(k => new InstantKey(k.KeyId, k.Spki, k.NotBefore, k.RetiredAt))],
            await reads.TermsAsync(address.TenantId, address.CampaignId, ct)));
        return at with { Stage = Stage.Pool, Lines = 1 };
    }

    private Progress PoolLines(MemoryStream piece)
    {
        var pool = pools[at.Pool];
        var secret = reads.SecretOf(pool);
        Line(piece, InstantLines.Pool(PoolId, pool.Name, pool.Commitment));
        if (pool is not { Commitment.Commitment.Chain: { } chain, Opening: { Opening: var opened } opening })
        {
            Line(piece, InstantLines.Reveal(PoolId, secret, pool.Commitment?.Commitment.Round ?? 0, []));
            return at with { Stage = Stage.Changes, After = 0, Lines = at.Lines + 2 };
        }

        Line(piece, InstantLines.Reveal(PoolId, secret, opened.Round, opened.Randomness.ToArray(), (chain, opened.Signature)));
        Line(piece, InstantLines.OpeningOf(PoolId, opening));
        return at with { Stage = Stage.Changes, After = 0, Lines = at.Lines + 3 };
    }

    private async Task<Progress> ChangesAsync(MemoryStream piece, CancellationToken ct)
    {
        var changes = await reads.ChangesAsync(address.TenantId, address.CampaignId, pools[at.Pool].Id, at.After, ChangesMax, ct);
        foreach (var change in changes)
        {
            Line(piece, InstantLines.Change(PoolId, change.Ordinal, change.Line, change.Head));
        }

        var next = at with { Lines = at.Lines + changes.Length };
        return changes.Length < ChangesMax ? next with { Stage = Stage.Moments, After = 0 } : next with { After = changes[^1].Ordinal };
    }

    private async Task<Progress> MomentsAsync(MemoryStream piece, CancellationToken ct)
    {
        var pool = pools[at.Pool].Id;
        if (moments?.Pool != pool)
        {
            moments = (pool, await reads.MomentsAsync(address.TenantId, address.CampaignId, pool, ct));
        }

        var some = moments.Value.Sorted.AsSpan((int)at.After);
        some = some[..Math.Min(some.Length, PieceMax)];
        foreach (var moment in some)
        {
            Line(piece, InstantLines.Moment(moment));
        }

        var next = at with { After = at.After + some.Length, Lines = at.Lines + some.Length };
        return next.After < moments.Value.Sorted.Length ? next : next with { Stage = Stage.Batches, After = 0 };
    }

    private async Task<Progress> BatchesAsync(MemoryStream piece, CancellationToken ct)
    {
        moments = null;
        var pool = pools[at.Pool].Id;
        var batches = await reads.BatchesAsync(address.TenantId, address.CampaignId, pool, at.After, PieceMax, ct);
        if (batches.IsEmpty)
        {
            return at.Pool + 1 < pools.Length ? at with { Stage = Stage.Pool, Pool = at.Pool + 1 } : at with { Stage = Stage.End };
        }

        var writing = new BatchLines(PoolId, batches, line => Line(piece, line));
        await reads.EachEntryAsync(address.TenantId, address.CampaignId, pool, batches[0], batches[^1], writing.Add, ct);
        writing.End();
        return at with { After = batches[^1].Batch, Lines = at.Lines + writing.Lines, Entries = at.Entries + writing.Entries };
    }

    private Progress End(MemoryStream piece)
    {
        Line(piece, InstantLines.End(at.Lines, at.Entries));
        return at with { Stage = Stage.Done };
    }

    private string PoolId => Ids.Format(Ids.Pool, pools[at.Pool].Id);

    private static void Line(MemoryStream piece, byte[] line)
    {
        piece.Write(line);
        piece.WriteByte((byte)'\n');
    }

    /// <summary>Where the writing goes on: lines after this ordinal, index or batch of this pool.</summary>
    private sealed record Progress(int Pool, Stage Stage, long After, long Lines, long Entries);
}
