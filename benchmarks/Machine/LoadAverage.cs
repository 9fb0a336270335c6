using System;
using System.IO;

namespace PrizeDraw.Benchmarks.Machine;

/// <summary>How busy the machine is, as Linux tells it.</summary>
internal static class LoadAverage
{
    /// <summary>Over one, five and fifteen minutes.</summary>
    public static string Now => File.Exists("/proc/loadavg") ? string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]) : "unknown";

    public static int Processors => Environment.ProcessorCount;
}
