using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace PrizeDraw.Benchmarks.Machine;

/// <summary>Processor time of a process and its children, as Linux tells it; elsewhere it is unknown.</summary>
internal static class ProcessorTime
{
    private const double TicksPerSecond = 100;

    /// <summary>The parent of a process, or null where that can't be told.</summary>
    public static int? ParentOf(int process) => Read(process)?.Parent;

    /// <summary>Seconds used by a process, by those of its children that run and by those that have ended; null where that can't be told.</summary>
    public static double? OfFamily(int parent)
    {
        if (Read(parent) is not { } own)
        {
            return null;
        }

        var children = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
            .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(name => Read(int.Parse(name!, CultureInfo.InvariantCulture))).Where(stat => stat?.Parent == parent);
        return own.Own + own.Ended + children.Sum(child => child!.Own);
    }

    private static Stat? Read(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            // The name stands in brackets and may hold anything: fields are counted behind the last one.
            var text = File.ReadAllText($"/proc/{process}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Seconds(int field) => long.Parse(fields[field - 3], CultureInfo.InvariantCulture) / TicksPerSecond;
            return new Stat(int.Parse(fields[1], CultureInfo.InvariantCulture), Seconds(14) + Seconds(15), Seconds(16) + Seconds(17));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Stat(int Parent, double Own, double Ended);
}
