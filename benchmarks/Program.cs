using System;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Campaigns;
using PrizeDraw.Benchmarks.Codes;
using PrizeDraw.Benchmarks.Control;
using PrizeDraw.Benchmarks.Deep;
using PrizeDraw.Benchmarks.Draws;
using PrizeDraw.Benchmarks.Entries;
using PrizeDraw.Benchmarks.Loads;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks;

internal static class Program
{
    private const string Usage = """
        Usage: ./bench entries [--short] [--rounds <n>] [--connections <n>] [--packed] [--ours]
               ./bench campaigns [--short]
               ./bench deep [--entries <n>]
               ./bench codes [--count <n>]
               ./bench draw [--entries <n>]

        entries    entries a second of the platform, of the same endpoint without storage (echo) and of the textbook's row lock,
                   in alternating rounds; then latency at 25, 50 and 75 % of the platform's own maximum; bytes and CPU per entry.
                   --short takes at most three minutes and ends with one line of JSON; --packed packs
                   the row lock's statements into two round trips; --ours is for a profiler, the platform alone.
        campaigns  a hundred campaigns entered at once; then two thousand known, two hundred of them with a database, twenty
                   entered: memory and connections of an idle campaign. --short is a tenth of it.
        deep       what an entry costs in a pool that has ten million entries, beside an empty one.
        codes      ten million coupon codes, generated and exported: time and memory.
        draw       ten thousand to ten million entries frozen, committed, drawn and exported: time and memory. The last line is JSON.

        benchmarks/README.md says what is compared and how to read it.
        """;

    private static volatile bool ended;

    private static async Task<int> Main(string[] args)
    {
        // Told to end, the children end first, in order; then what waits for them fails and everything is cleaned up.
        using var interrupted = args is ["serve" or "load", ..] ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = args is ["serve" or "load", ..] ? null : PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return await RunAsync(args);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception) when (ended)
        {
            await Console.Error.WriteLineAsync("Ended before it was done; everything has been put away.");
            return 1;
        }
        catch (InvalidOperationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e)
        {
            // A defect shows its trace; everything has been put away by now.
            await Console.Error.WriteLineAsync(e.ToString());
            return 1;
        }
    }

    private static void End(PosixSignalContext signal)
    {
        (signal.Cancel, ended) = (true, true);
        Child.EndAll();
    }

    private static async Task<int> RunAsync(string[] args)
    {
        switch (args is [var first, ..] ? first : "--help")
        {
            case "entries":
                return await EntriesBenchmark.RunAsync(EntriesOptions.Parse(args[1..]));
            case "campaigns":
                return await CampaignsBenchmark.RunAsync(CampaignsOptions.Parse(args[1..]));
            case "deep":
                return await DeepBenchmark.RunAsync(DeepOptions.Parse(args[1..]));
            case "codes":
                return await CodesBenchmark.RunAsync(CodesOptions.Parse(args[1..]));
            case "draw":
                return await DrawBenchmark.RunAsync(DrawOptions.Parse(args[1..]));
            case "serve":
                await Server.RunAsync(args[1..]);
                return 0;
            case "load":
                await LoadProcess.RunAsync();
                return 0;
            case "--help" or "-h" or "help":
                Console.WriteLine(Usage);
                return 0;
            default:
                throw new UsageException($"There is no benchmark '{args[0]}'.\n\n{Usage}");
        }
    }
}
