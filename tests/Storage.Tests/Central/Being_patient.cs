using System;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Central;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

public sealed class Being_patient
{
    private int _opened;

    [Theory]
    [InlineData("Host=db", 5, 15)]
    [InlineData("Host=db;Timeout=60", 60, 15)]
    [InlineData("Host=db;Command Timeout=40", 5, 40)]
    [InlineData("Host=db;CommandTimeout=40;timeout=0", 0, 40)]
    [InlineData("Host=db;Timeout=15;Command Timeout=30", 15, 30)] // What Npgsql would take by itself, but somebody's word here.
    public void lasts_for_seconds_where_the_connection_string_names_no_other_time(string given, int connect, int statement) =>
        ConnectionTimes.Of(given).ShouldBe(new ConnectionTimes(connect, statement));

    [Fact]
    public async Task opens_again_what_a_leap_of_the_clock_ended()
    {
        await SteadyOpening.RepeatAsync(() => ++_opened == 1 ? throw TimedOut() : Task.CompletedTask, TimeSpan.FromHours(1));

        _opened.ShouldBe(2);
    }

    [Fact]
    public async Task ends_where_the_clock_leaps_on_and_on()
    {
        (await Should.ThrowAsync<NpgsqlException>(() => SteadyOpening.RepeatAsync(() => ++_opened > 0 ? throw TimedOut() : Task.CompletedTask, TimeSpan.FromHours(1))))
            .InnerException.ShouldBeOfType<TimeoutException>();

        _opened.ShouldBe(SteadyOpening.AttemptsMax);
    }

    [Fact]
    public async Task does_not_open_again_what_truly_took_its_time()
    {
        await Should.ThrowAsync<NpgsqlException>(() => SteadyOpening.RepeatAsync(LongAsync, TimeSpan.FromMilliseconds(20)));

        _opened.ShouldBe(1);

        async Task LongAsync()
        {
            _opened++;
            await Task.Delay(TimeSpan.FromMilliseconds(50));
            throw TimedOut();
        }
    }

    [Fact]
    public async Task does_not_open_again_what_was_refused()
    {
        await Should.ThrowAsync<NpgsqlException>(() => SteadyOpening.RepeatAsync(() => ++_opened > 0 ? throw new NpgsqlException("refused") : Task.CompletedTask, TimeSpan.FromHours(1)));

        _opened.ShouldBe(1);
    }

    private static NpgsqlException TimedOut() => new("The operation has timed out", new TimeoutException());
}
