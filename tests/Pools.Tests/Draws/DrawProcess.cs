using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>What a process of its own needs to do something with a draw or a campaign: this test assembly is its program.</summary>
internal sealed record DrawOrders(
    string Superuser, string MasterKey, BeaconChain Chain, string[] Relays, Uri Authority, string TrustFile, long Ahead, string TenantId,
    string CampaignId, string DrawId, string Act);

/// <summary>A host in a process of its own, which can be killed as a machine is.</summary>
internal sealed class DrawProcess : IDisposable
{
    private readonly Process process;

    private DrawProcess(Process process) => this.process = process;

    public static DrawProcess Start(DrawOrders orders)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(DrawProcess).Assembly.Location])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.WriteLine(JsonSerializer.Serialize(orders));
        process.StandardInput.Flush();
        return new DrawProcess(process);
    }

    /// <summary>Holds that write, lets a process of its own come to it, and kills the process there.</summary>
    /// <param name="holder">As the superuser on the database that is written to.</param>
    /// <param name="write">What is held: <c>insert on</c> a table, for example.</param>
    /// <param name="when">Of which rows, by <c>new</c> and <c>old</c>.</param>
    public static async Task KillInAsync(NpgsqlConnection holder, DrawOrders orders, string write, string when)
    {
        await holder.RunAsync("""
            create or replace function hold() returns trigger language plpgsql as
            'begin perform pg_advisory_xact_lock(4711); if tg_op = ''DELETE'' then return old; end if; return new; end'
            """);
        await holder.RunAsync($"create trigger hold before {write} for each row when ({when}) execute function hold()");
        await holder.RunAsync("select pg_advisory_lock(4711)");
        using (var process = Start(orders))
        {
            await WaitingAsync(holder);
            await process.KillAsync();
        }

        await holder.RunAsync("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted");
        await DropAsync(holder);
    }

    // Other hosts work on the table meanwhile, and PostgreSQL may choose this statement to break a deadlock with.
    private static async Task DropAsync(NpgsqlConnection holder)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await holder.RunAsync("drop function hold() cascade");
                return;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.DeadlockDetected && attempt < 10)
            {
                // Again.
            }
        }
    }

    private static async Task WaitingAsync(NpgsqlConnection database)
    {
        var patience = Stopwatch.StartNew();
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await database.ScalarAsync<long>(
            "select count(*) from pg_locks where locktype = 'advisory' and objid = 4711 and not granted and database = (select oid from pg_database where datname = current_database())") == 0)
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(10), "The process never came to that write.");
            await look.WaitForNextTickAsync();
        }
    }

    /// <summary>SIGKILL: nothing of it is put in order.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>The process's own part: does what it was told again and again, as an impatient administrator does, until it is killed or its test is gone.</summary>
    public static async Task<int> Main()
    {
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            return 2;
        }

        var orders = JsonSerializer.Deserialize<DrawOrders>(line)!;
        var clock = new LeapingClock();
        clock.Leap(TimeSpan.FromTicks(orders.Ahead));
        var server = PoolServer.At(orders.Superuser, Convert.FromBase64String(orders.MasterKey));
        server.Replace = services => DrawStage.Configure(services, clock, new BeaconOptions
        {
            Chain = orders.Chain, RetryDelayMilliseconds = 0, TimeoutSeconds = 30,
            Relays = [.. orders.Relays.Select((r, i) => new BeaconRelay(new Uri(r), i % 2 == 0 ? RelayVersion.V1 : RelayVersion.V2))],
        }, new TimestampOptions { Url = orders.Authority, TimeoutSeconds = 60, TrustedCertificatesFile = orders.TrustFile });
        await using var host = await server.StartHostAsync();
        // Asked more and more seldom: who asks for a round ends what is under way, and begins it anew. Reading from the console blocks.
        var alone = Task.Run(Console.In.ReadLineAsync);
        for (var pause = TimeSpan.FromMilliseconds(200); !alone.IsCompleted; pause *= 2)
        {
            try
            {
                await ActAsync(orders, host.Get<IGrainFactory>());
            }
            catch (Exception e)
            {
                // Storage may be away for a moment: whoever asks sees an error, and asks again.
                await Console.Error.WriteLineAsync(e.Message);
            }

            await Task.WhenAny(Task.Delay(pause), alone);
        }

        return 0;
    }

    private static Task ActAsync(DrawOrders orders, IGrainFactory grains)
    {
        var campaign = GrainKeys.Campaign(orders.TenantId, orders.CampaignId);
        IDrawGrain Draw() => grains.GetGrain<IDrawGrain>(GrainKeys.Draw(orders.TenantId, orders.CampaignId, orders.DrawId));
        return orders.Act switch
        {
            "publish" => grains.GetGrain<ICampaignGrain>(campaign).PublishAsync(new CampaignCommand(Killed_at_each_state.Judge)),
            "await-round" => grains.GetGrain<IInstantEvidenceGrain>(campaign).AwaitRoundAsync(),
            "replace" => Draw().ReplaceAsync(new ReplaceWinner(Killed_at_each_state.Judge, 1, "unreachable", null, null)),
            "void" => Draw().VoidAsync(new VoidDraw(Killed_at_each_state.Judge, "The form was away.")),
            _ => Draw().RunAsync(new DrawCommand(Killed_at_each_state.Judge)),
        };
    }
}
