using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>The first half of a build: reads entries, makes their references and spills them. One reader, several makers, a fixed number of batches.</summary>
internal sealed class ListReading(CampaignConnections connections, DrawListStore store, DrawListOptions options)
{
    private const int BatchesPerWorker = 3;

    /// <summary>Entries between two signs of life.</summary>
    private const long TellEvery = 64 * CandidateBatch.RowsMax;

    public async Task RunAsync(DrawListAddress address, Guid build, DrawListFreeze freeze, ListSpill spill, CancellationToken ct)
    {
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (empty, full) = (Channel.CreateUnbounded<CandidateBatch>(), Channel.CreateUnbounded<CandidateBatch>());
        for (var i = 0; i < options.Workers * BatchesPerWorker; i++)
        {
            empty.Writer.TryWrite(new CandidateBatch());
        }

        var makers = Enumerable.Range(0, options.Workers).Select(_ => Task.Run(() => MakeAsync(spill, full.Reader, empty.Writer, failed), CancellationToken.None));
        var making = Task.WhenAll([.. makers]);
        var reader = new CandidateReader(connections, options);
        var read = 0L;
        try
        {
            await reader.ReadAsync(address, freeze, () => empty.Reader.ReadAsync(failed.Token), GiveAsync, failed.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            await making; // What a maker died of is thrown here.
            throw;
        }
        finally
        {
            full.Writer.TryComplete();
            // Whatever happened: nobody writes into the spill once this returns.
            await making.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }

        await making;
        Require(read, freeze.LastNumbers.Values);
        spill.Complete(reader.Reasons);

        async ValueTask GiveAsync(CandidateBatch batch)
        {
            var before = read;
            read += batch.Count;
            full.Writer.TryWrite(batch);
            if (before / TellEvery != read / TellEvery)
            {
                await store.MoveAsync(address, build, DrawListStage.Reading, read, failed.Token);
            }
        }
    }

    private static void Require(long read, IEnumerable<long> lastNumbers)
    {
        if (read != lastNumbers.Sum())
        {
            throw new InvalidOperationException($"There are {read} entries where the last numbers say {lastNumbers.Sum()}: the list would not be whole.");
        }
    }

    private static async Task MakeAsync(
        ListSpill spill, ChannelReader<CandidateBatch> full, ChannelWriter<CandidateBatch> empty, CancellationTokenSource failed)
    {
        try
        {
            using var maker = new ReferenceMaker(spill);
            await foreach (var batch in full.ReadAllAsync(failed.Token))
            {
                maker.Make(batch);
                batch.Clear();
                empty.TryWrite(batch);
            }

            maker.Complete();
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }
}
