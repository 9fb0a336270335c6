using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>
/// Freezes a draw's list: reads every entry from one snapshot, makes references, sorts, hashes and stores. Memory does not grow with the list.
/// Cut short anywhere, the next call goes on from what is on this machine's disk, or begins anew; a list that is sealed is answered as it is.
/// A minute for ten million entries: never inside a grain's call. One list at a time per host.
/// </summary>
public sealed class DrawListBuilder(
    CampaignConnections connections, CentralDatabase central, Central.DrawLists.DrawLists lists, DrawListEntries entries, DrawListOptions options,
    TimeProvider time) : IDisposable
{
    /// <summary>How long what was left of a build may be gone on from.</summary>
    private static readonly TimeSpan KeptMax = TimeSpan.FromDays(7);

    private readonly DrawListStore _store = new(central, time);
    private readonly SemaphoreSlim _turn = new(1, 1);

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// The sealed list. Throws <see cref="DrawListTakenOverException"/> when another host builds the same list,
    /// <see cref="InvalidOperationException"/> when there are not as many entries as the last numbers say, <see cref="InvalidDataException"/> on a
    /// reason that is no code or a reference that occurs twice.
    /// </summary>
    // On the thread pool, whoever calls: a grain's own scheduler must not be kept busy for a minute.
    public Task<SealedDrawList> BuildAsync(DrawListAddress address, DrawListFreeze freeze, CancellationToken ct) =>
        Task.Run(() => BuildInTurnAsync(address, freeze, ct), ct);

    private async Task<SealedDrawList> BuildInTurnAsync(DrawListAddress address, DrawListFreeze freeze, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (await lists.FindAsync(address, ct) is { } ready)
            {
                return ready;
            }

            using (var work = await ResumeAsync(address, ct) ?? await BeginAsync(address, freeze, ct))
            {
                await _store.MoveAsync(address, work.Build, DrawListStage.Writing, 0, ct);
                var sums = await new ListWriting(_store, entries, options, address, work.Build, work.Spill, work.Stored).RunAsync(ct);
                await _store.SealAsync(address, work.Build, sums, ct);
            }

            ForgetSpills(address, null);
            return await lists.FindAsync(address, ct) ?? throw new DrawListTakenOverException();
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<Work?> ResumeAsync(DrawListAddress address, CancellationToken ct)
    {
        if (await _store.FindAsync(address, ct) is not { } begun)
        {
            return null;
        }

        return ListSpill.Open(FolderOf(address, begun.Build)) is { } spill ? new Work(begun.Build, spill, begun.Chunks) : null;
    }

    private async Task<Work> BeginAsync(DrawListAddress address, DrawListFreeze freeze, CancellationToken ct)
    {
        var build = Guid.CreateVersion7(time.GetUtcNow());
        await _store.BeginAsync(address, build, freeze, ct);
        await entries.ForgetOthersAsync(address, build, ct);
        ForgetSpills(address, build);
        var folder = FolderOf(address, build);
        var spill = ListSpill.Create(folder);
        try
        {
            await new ListReading(connections, _store, options, time).RunAsync(address, build, freeze, folder, spill, ct);
            return new Work(build, spill, 0);
        }
        catch
        {
            // It has no index: nobody could go on from it.
            spill.Dispose();
            ForgetSpills(address, null);
            throw;
        }
    }

    private string FolderOf(DrawListAddress address, Guid build) => Path.Combine(options.Folder, $"{address.DrawId}-{build:n}");

    private void ForgetSpills(DrawListAddress address, Guid? but)
    {
        if (!Directory.Exists(options.Folder))
        {
            return;
        }

        foreach (var folder in Directory.EnumerateDirectories(options.Folder, $"{address.DrawId}-*"))
        {
            if (but is not { } kept || folder != FolderOf(address, kept))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        // What nobody came back to, because the campaign is gone or another host has built the list.
        var stale = time.GetUtcNow() - KeptMax;
        foreach (var folder in Directory.GetDirectories(options.Folder).Where(f => Directory.GetLastWriteTimeUtc(f) < stale))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed record Work(Guid Build, ListSpill Spill, int Stored) : IDisposable
    {
        public void Dispose() => Spill.Dispose();
    }
}
