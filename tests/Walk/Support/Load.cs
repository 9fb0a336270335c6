using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;

namespace PrizeDraw.Walk.Support;

/// <summary>Entrants who keep coming until the load is ended; each enters once and retries until answered.</summary>
internal sealed class Load : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private readonly CancellationTokenSource enough = new(), giveUp = new();
    private readonly Entrants entrants;
    private readonly Task[] clients;
    private int person;

    public Load(Entrants entrants, int count)
    {
        this.entrants = entrants;
        clients = [.. Enumerable.Range(0, count).Select(_ => Task.Run(ClientAsync))];
    }

    /// <summary>Until so many more entries have got an answer that stands, refusals included.</summary>
    public Task AnsweredMoreAsync(int count)
    {
        var goal = entrants.Answered + count;
        return UntilAsync(() => entrants.Answered >= goal, $"only {entrants.Answered} of {goal} entries were answered");
    }

    /// <summary>As <see cref="AnsweredMoreAsync"/>, counted from the beginning.</summary>
    public Task AnsweredAsync(int count, TimeSpan patience) =>
        UntilAsync(() => entrants.Answered >= count, $"only {entrants.Answered} of {count} entries were answered", patience);

    public Task AcknowledgedMoreAsync(int count)
    {
        var goal = entrants.Acknowledged + count;
        return UntilAsync(() => entrants.Acknowledged >= goal, $"only {entrants.Acknowledged} of {goal} entries were acknowledged");
    }

    public async Task UntilAsync(Func<bool> happened, string otherwise, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!happened())
        {
            try
            {
                await poll.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(otherwise);
            }
        }
    }

    /// <summary>No new entrants; those under way are answered.</summary>
    public async Task EndAsync()
    {
        await enough.CancelAsync();
        giveUp.CancelAfter(Patience);
        await Task.WhenAll(clients);
        giveUp.IsCancellationRequested.ShouldBeFalse("some entrants were never answered");
    }

    public void Dispose()
    {
        enough.Cancel();
        giveUp.Cancel();
        Task.WhenAll(clients).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
        enough.Dispose();
        giveUp.Dispose();
    }

    private async Task ClientAsync()
    {
        while (!enough.IsCancellationRequested)
        {
            var mine = Interlocked.Increment(ref person);
            await entrants.EnterAsync(Entrants.KeyOf(mine), entrants.EmailOf(mine), giveUp.Token);
        }
    }
}
