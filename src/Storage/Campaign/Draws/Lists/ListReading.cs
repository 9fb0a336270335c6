using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// The first half of a build: reads people and entries into private files, brings them together part by part, and spills the references. Reading
/// an entry counts as half of it, making its references as the other half.
/// </summary>
internal sealed class ListReading(CampaignConnections connections, DrawListStore store, DrawListOptions options, TimeProvider time)
{
    public async Task RunAsync(DrawListAddress address, Guid build, DrawListFreeze freeze, string folder, ListSpill spill, CancellationToken ct)
    {
        using var files = new CandidateFiles(folder);
        var reasons = new ReasonCodes();
        var reader = new CandidateReader(connections, files, reasons, time);
        await reader.ReadAsync(address, freeze, () => TellAsync(reader.Entries / 2), ct);
        Require(reader.Entries, freeze.LastNumbers.Values);
        await MakeAsync(files, reasons, spill, made => TellAsync((reader.Entries + made) / 2), ct);
        spill.Complete(reasons.All);

        Task TellAsync(long done) => store.MoveAsync(address, build, DrawListStage.Reading, done, ct);
    }

    private static void Require(long read, IEnumerable<long> lastNumbers)
    {
        if (read != lastNumbers.Sum())
        {
            throw new InvalidOperationException($"There are {read} entries where the last numbers say {lastNumbers.Sum()}: the list would not be whole.");
        }
    }

    private async Task MakeAsync(CandidateFiles files, ReasonCodes reasons, ListSpill spill, Func<long, Task> tell, CancellationToken ct)
    {
        var (next, made) = (-1, 0L);
        await LongWork.RunAsync([.. Enumerable.Repeat(Work, options.Workers)], () => tell(Interlocked.Read(ref made)), time, ct);

        void Work(CancellationToken ending)
        {
            using var maker = new ReferenceMaker(files, reasons, spill);
            for (int part; (part = Interlocked.Increment(ref next)) < PartitionedFile.Parts;)
            {
                ending.ThrowIfCancellationRequested();
                Interlocked.Add(ref made, maker.Make(part));
            }

            maker.Complete();
        }
    }
}
