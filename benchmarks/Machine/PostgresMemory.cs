using System;
using System.Globalization;
using System.IO;
using System.Linq;

namespace PrizeDraw.Benchmarks.Machine;

/// <summary>Memory of all processes of one PostgreSQL, as Linux tells it.</summary>
internal static class PostgresMemory
{
    /// <summary>Proportional set size in bytes, what processes share being counted once; null where that can't be told.</summary>
    public static long? Of(int postmaster)
    {
        if (!OperatingSystem.IsLinux() || postmaster == 0)
        {
            return null;
        }

        try
        {
            return Directory.EnumerateDirectories("/proc").Select(Path.GetFileName)
                .Where(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
                .Where(id => id == postmaster || ProcessorTime.ParentOf(id) == postmaster).Sum(Proportional);
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Proportional(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/smaps_rollup").First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
            return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            return 0; // It has ended meanwhile.
        }
    }
}
