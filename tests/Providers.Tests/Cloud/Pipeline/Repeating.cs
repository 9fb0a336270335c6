using System;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Pipeline;

public sealed class Repeating : PipelineSpec
{
    [Theory]
    [InlineData(408)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    public async Task repeats_a_read_that_the_provider_failed_at(int status)
    {
        Http.Then(status).Then(status, "<html>").Then(200, """{"id":7}""");
        (await SendAsync(Read)).Body.Number("id").ShouldBe(7);
        Clock.Slept.Count.ShouldBe(2);
    }

    [Fact]
    public async Task repeats_five_times_at_most()
    {
        for (var i = 0; i < 6; i++)
        {
            Http.Then(502);
        }

        await RefusedAsync(Read, ProviderFault.Transient);
        Http.Requests.Count.ShouldBe(6);
        Clock.Slept.Count.ShouldBe(5);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(408)]
    [InlineData(504)]
    public async Task never_repeats_a_write_that_may_have_happened_after_a_failure(int status)
    {
        Http.Then(status);
        (await RefusedAsync(Write, ProviderFault.Transient)).MayHaveHappened.ShouldBeTrue();
        Http.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(HttpRequestError.ResponseEnded)]
    [InlineData(HttpRequestError.Unknown)]
    [InlineData(HttpRequestError.HttpProtocolError)]
    public async Task never_repeats_a_write_that_may_have_happened_after_a_broken_connection(HttpRequestError error)
    {
        Http.ThenFails(error);
        (await RefusedAsync(Write, ProviderFault.Transient)).MayHaveHappened.ShouldBeTrue();
        Http.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task never_repeats_a_write_that_may_have_happened_after_a_time_out()
    {
        Http.ThenHangs(() => Clock.Move(Options.AttemptTimeout));
        var refusal = await RefusedAsync(Write, ProviderFault.Transient);
        refusal.MayHaveHappened.ShouldBeTrue();
        refusal.Message.ShouldContain("looked up before it is tried again");
        Http.Requests.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError)]
    [InlineData(HttpRequestError.NameResolutionError)]
    [InlineData(HttpRequestError.SecureConnectionError)]
    public async Task repeats_a_write_that_was_never_sent(HttpRequestError error)
    {
        Http.ThenFails(error).Then(201);
        (await SendAsync(Write)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task remembers_that_a_repeated_write_may_have_happened_when_later_attempts_are_refused()
    {
        Http.Then(502).Then(409);
        var refusal = await RefusedAsync(Write with { MayRepeat = true }, ProviderFault.Transient);
        refusal.MayHaveHappened.ShouldBeTrue();
    }

    [Fact]
    public async Task gives_a_read_that_hangs_another_attempt()
    {
        Http.ThenHangs(() => Clock.Move(Options.AttemptTimeout)).Then(200);
        (await SendAsync(Read)).Status.ShouldBe(200);
    }

    [Fact]
    public async Task counts_the_body_into_the_time_limit()
    {
        Http.Then(_ => Task.FromResult(new HttpResponseMessage
        {
            Content = new StreamContent(new HangingStream(() => Clock.Move(Options.AttemptTimeout))),
        })).Then(200);
        (await SendAsync(Read)).Status.ShouldBe(200);
        Http.Requests.Count.ShouldBe(2);
    }

    [Fact]
    public async Task says_so_when_the_caller_cancels()
    {
        using var leaving = new CancellationTokenSource();
        Http.ThenHangs(leaving.Cancel);
        await Should.ThrowAsync<OperationCanceledException>(() => Client().SendAsync(Read, leaving.Token));
        Http.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task stops_asking_a_provider_that_keeps_failing_for_all_clients_of_the_account()
    {
        var impatient = Options with { RepeatsMax = 0, BreakAfter = 4, BreakWindow = TimeSpan.FromMinutes(1) };
        for (var i = 0; i < 4; i++)
        {
            Http.Then(500);
            await Should.ThrowAsync<ProviderException>(() => Client(options: impatient).SendAsync(Read, default));
        }

        var refusal = await Should.ThrowAsync<ProviderException>(() => Client(options: impatient).SendAsync(Write, default));
        (refusal.Fault, refusal.MayHaveHappened).ShouldBe((ProviderFault.Transient, false));
        refusal.Message.ShouldContain("keeps failing");
        Http.Requests.Count.ShouldBe(4);

        Http.Then(200);
        await Client(CloudAccount.Of("github", "another0recognisable0token"), impatient).SendAsync(Read, default);
        Http.Then(201);
        Clock.Move(impatient.BreakDuration);
        (await Client(options: impatient).SendAsync(Write, default)).Status.ShouldBe(201);
    }

    [Fact]
    public async Task waits_for_the_breaker_where_the_call_has_the_patience()
    {
        var options = Options with { BreakAfter = 4, BreakWindow = TimeSpan.FromMinutes(1) };
        var broke = Noon;
        Http.Then(500).Then(500).Then(500).Then(_ =>
        {
            broke = Clock.GetUtcNow();
            return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.InternalServerError));
        }).Then(200);
        await Client(options: options).SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBeGreaterThanOrEqualTo(broke + options.BreakDuration);
    }

    [Fact]
    public async Task makes_serial_writes_a_pause_apart_and_reads_at_once()
    {
        var serial = Options with { SerialWrites = true, WriteGap = TimeSpan.FromSeconds(1) };
        Http.Then(201).Then(201).Then(200).Then(200);
        await Client(options: serial).SendAsync(Write, default);
        await Client(options: serial).SendAsync(Write, default);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(1));
        await Client(options: serial).SendAsync(Read, default);
        Clock.GetUtcNow().ShouldBe(Noon.AddSeconds(1));
    }

    [Fact]
    public async Task never_has_two_serial_writes_under_way()
    {
        var serial = Options with { SerialWrites = true };
        var arrived = new TaskCompletionSource();
        var answer = new TaskCompletionSource<HttpResponseMessage>();
        Http.Then(_ =>
        {
            arrived.SetResult();
            return answer.Task;
        }).Then(201);
        var first = Client(options: serial).SendAsync(Write, default);
        await arrived.Task.WaitAsync(TimeSpan.FromSeconds(120));
        var second = Client(options: serial).SendAsync(Write, default);
        second.IsCompleted.ShouldBeFalse();
        Http.Requests.Count.ShouldBe(1);
        answer.SetResult(new HttpResponseMessage(System.Net.HttpStatusCode.Created));
        await Task.WhenAll(first, second).WaitAsync(TimeSpan.FromSeconds(120));
        Http.Requests.Count.ShouldBe(2);
    }
}

/// <summary>A body of which nothing ever comes.</summary>
internal sealed class HangingStream(Action whileHanging) : System.IO.MemoryStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct = default)
    {
        whileHanging();
        await Task.Delay(Timeout.InfiniteTimeSpan, ct);
        return 0;
    }
}
