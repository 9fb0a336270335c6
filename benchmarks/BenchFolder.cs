using System;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.TestKit;

namespace PrizeDraw.Benchmarks;

/// <summary>
/// A folder for a run's data, below the clone's <c>artifacts</c>: temporary folders may lie in memory, where nothing is durable.
/// Deleted afterwards.
/// </summary>
internal sealed class BenchFolder : IAsyncDisposable
{
    private const string Prefix = "bench-";

    private BenchFolder(string path) => Path = path;

    public string Path { get; }

    public static BenchFolder Make()
    {
        var artifacts = Directory.CreateDirectory(System.IO.Path.Combine(RepositoryRoot.Path, "artifacts")).FullName;
        foreach (var left in Directory.EnumerateDirectories(artifacts, Prefix + "*").Where(IsLeftBehind))
        {
            Directory.Delete(left, recursive: true);
        }

        var name = Prefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return new BenchFolder(Directory.CreateDirectory(System.IO.Path.Combine(artifacts, name)).FullName);
    }

    /// <summary>Whether the run that made it was killed before it could clean up.</summary>
    private static bool IsLeftBehind(string folder)
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(System.IO.Path.GetFileName(folder)[Prefix.Length..], CultureInfo.InvariantCulture));
            return process.HasExited;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A server's last children may still write for a moment.
        for (var attempt = 1; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 50)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }
}
