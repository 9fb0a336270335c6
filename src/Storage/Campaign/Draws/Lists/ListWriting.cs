using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// The second half of a build: sorts part after part, cuts the records into pieces, hashes and stores them. Sorting, hashing and storing go on
/// side by side; pieces arrive in order. Pieces that an interrupted run of the same build has stored are made again, and not stored again.
/// </summary>
internal sealed class ListWriting(
    DrawListStore store, DrawListEntries entries, DrawListOptions options, DrawListAddress address, Guid build, ListSpill spill, int alreadyStored)
{
    private readonly MerkleRoot[] _roots = [new(), new()];
    private readonly long[] _entries = new long[2];
    private readonly List<NewDrawListChunk> _new = [];
    private readonly List<ChunkDraft> _drafts = [];
    private readonly ImmutableArray<string> _reasons = [.. spill.Reasons.Order(StringComparer.Ordinal)];
    private readonly long[] _byReason = new long[spill.Reasons.Length];
    private long _tickets, _bytes;
    private int _ordinal;

    public async Task<DrawListSums> RunAsync(CancellationToken ct)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var pieces = Channel.CreateBounded<Task<ChunkDraft>>(options.Workers + 1);
        var persons = LongWork.StartAsync(() => CountPersons(failed.Token));
        var making = Task.Run(() => MakeAsync(pieces.Writer, failed.Token), CancellationToken.None);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(failed.Token))
            {
                await TakeAsync(await piece, failed.Token);
            }

            await StoreAsync(failed.Token);
            await making;
            return Sums(await persons);
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
        finally
        {
            _drafts.ForEach(draft => draft.Dispose());
            // Whatever happened: nobody reads the spill once this returns.
            await Task.WhenAll(making, persons).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private DrawListSums Sums(long persons) => new(
        _roots[0].Root(), _roots[1].Root(), _entries[0], _entries[1], _tickets, persons,
        _reasons.Zip(_byReason).ToDictionary(r => r.First, r => r.Second), _bytes);

    private async Task MakeAsync(ChannelWriter<Task<ChunkDraft>> pieces, CancellationToken ct)
    {
        try
        {
            var format = new ChunkFormat(
                new DrawListLines(_reasons), [.. _reasons.Select(Encoding.ASCII.GetBytes)], [.. spill.Reasons.Select(r => _reasons.IndexOf(r))]);
            await MakeAsync(spill.Eligible, excluded: false, format, pieces, ct);
            await MakeAsync(spill.Excluded, excluded: true, format, pieces, ct);
            pieces.Complete();
        }
        catch (Exception e)
        {
            pieces.Complete(e);
            throw;
        }
    }

    private static async Task MakeAsync(
        PartitionedFile file, bool excluded, ChunkFormat format, ChannelWriter<Task<ChunkDraft>> pieces, CancellationToken ct)
    {
        var draft = new ChunkDraft(excluded);
        for (var part = 0; part < PartitionedFile.Parts; part++)
        {
            using var sorted = SortedPart.Read(file, part, ListSpill.RecordSize);
            sorted.RequireUnique();
            for (var i = 0; i < sorted.Count; i++)
            {
                draft.Add(sorted[i]);
                if (draft.IsFull)
                {
                    await GiveAsync(draft);
                    draft = new ChunkDraft(excluded);
                }
            }
        }

        if (draft.Count > 0)
        {
            await GiveAsync(draft);
        }
        else
        {
            draft.Dispose();
        }

        ValueTask GiveAsync(ChunkDraft full) => pieces.WriteAsync(
            Task.Run(
                () =>
                {
                    full.Encode(format);
                    return full;
                }, CancellationToken.None), ct);
    }

    private async Task TakeAsync(ChunkDraft draft, CancellationToken ct)
    {
        var part = draft.Excluded ? 1 : 0;
        var chunk = new DrawListChunk(++_ordinal, draft.Excluded, _entries[part], draft.Excluded ? 0 : _tickets, draft.Count, draft.FirstRef);
        _roots[part].AppendHash(draft.Node);
        _entries[part] += draft.Count;
        _tickets = checked(_tickets + draft.Tickets);
        _bytes += draft.LineBytes;
        for (var i = 0; i < draft.Reasons.Length; i++)
        {
            _byReason[i] += draft.Reasons[i];
        }

        _drafts.Add(draft);
        if (chunk.Ordinal > alreadyStored)
        {
            _new.Add(new NewDrawListChunk(chunk, draft.Node, draft.Content, draft.EntryIds));
        }

        if (_drafts.Count >= options.PiecesAtOnce)
        {
            await StoreAsync(ct);
        }
    }

    private async Task StoreAsync(CancellationToken ct)
    {
        if (_new.Count > 0)
        {
            // What the central database has, the campaign's has too.
            await entries.StoreAsync(address, build, _new, ct);
            await store.AppendAsync(address, build, _new, _entries.Sum(), ct);
        }

        _drafts.ForEach(draft => draft.Dispose());
        _drafts.Clear();
        _new.Clear();
    }

    private long CountPersons(CancellationToken ct)
    {
        var persons = 0L;
        for (var part = 0; part < PartitionedFile.Parts; part++)
        {
            ct.ThrowIfCancellationRequested();
            using var sorted = SortedPart.Read(spill.Persons, part, ListSpill.RefSize);
            persons += sorted.CountDistinct();
        }

        return persons;
    }
}
