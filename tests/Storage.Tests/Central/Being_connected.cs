using System;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

/// <summary>Commands that need every host stopped ask PostgreSQL who is connected, which knows a host that is gone a moment longer.</summary>
public sealed class Being_connected(TestPostgres server) : IClassFixture<TestPostgres>
{
    private CentralOptions Options => new()
    {
        AdminConnectionString = server.SuperuserConnectionString, MasterKey = new MasterKey(new byte[MasterKey.Length]), Database = "postgres",
    };

    [Fact]
    public async Task is_looked_at_again_until_the_host_that_was_there_has_gone()
    {
        await using var host = await ConnectAsync();
        var asked = CentralActivity.IsAnyAsync(Options, new Clock(TimeSpan.Zero), default);
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        asked.IsCompleted.ShouldBeFalse();
        await host.CloseAsync();
        (await asked).ShouldBeFalse();
    }

    [Fact]
    public async Task is_told_of_a_host_that_stays()
    {
        await using var host = await ConnectAsync();
        (await CentralActivity.IsAnyAsync(Options, new Clock(TimeSpan.FromSeconds(3)), default)).ShouldBeTrue();
    }

    private async Task<NpgsqlConnection> ConnectAsync()
    {
        await using (var admin = new NpgsqlConnection(server.SuperuserConnectionString))
        {
            await admin.OpenAsync();
            await using var role = new NpgsqlCommand(
                "do $$ begin create role platform_app login password 'app'; exception when duplicate_object then null; end $$", admin);
            await role.ExecuteNonQueryAsync();
        }

        var host = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(server.SuperuserConnectionString) { Username = "platform_app", Password = "app", Pooling = false }.ConnectionString);
        await host.OpenAsync();
        return host;
    }

    /// <summary>Its stopwatch goes on by this much at each look.</summary>
    private sealed class Clock(TimeSpan step) : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now += step.Ticks;
    }
}
