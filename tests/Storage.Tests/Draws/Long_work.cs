using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Draws;

public sealed class Long_work
{
    [Fact]
    public async Task that_fails_ends_the_others_and_says_what_failed()
    {
        var ended = false;
        await Should.ThrowAsync<InvalidDataException>(() => LongWork.RunAsync(
            [UntilTold, _ => throw new InvalidDataException("this")], () => Task.CompletedTask, TimeProvider.System, default));
        ended.ShouldBeTrue();

        void UntilTold(CancellationToken ct)
        {
            ct.WaitHandle.WaitOne(TimeSpan.FromMinutes(2)).ShouldBeTrue();
            ended = true;
            ct.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task is_ended_when_a_sign_of_life_is_refused()
    {
        var told = false;
        await Should.ThrowAsync<InvalidOperationException>(() => LongWork.RunAsync(
            [ct => told = ct.WaitHandle.WaitOne(TimeSpan.FromMinutes(2))], () => throw new InvalidOperationException("no"), TimeProvider.System, default));
        told.ShouldBeTrue();
    }

    [Fact]
    public async Task is_cancelled_when_all_of_it_is()
    {
        using var source = new CancellationTokenSource();
        var running = LongWork.RunAsync([ct => ct.WaitHandle.WaitOne(TimeSpan.FromMinutes(2))], () => Task.CompletedTask, TimeProvider.System, source.Token);
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => running);
    }
}
