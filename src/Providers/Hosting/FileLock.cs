using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Hosting;

/// <summary>A lock between processes that ends with its holder.</summary>
internal static class FileLock
{
    public static async Task<IDisposable> TakeAsync(string path, TimeProvider time, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (Directory.Exists(Path.GetDirectoryName(path)))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), time, ct);
            }
        }
    }
}
