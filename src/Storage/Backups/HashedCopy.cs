using System;
using System.Buffers;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Backups;

/// <summary>What went from one stream into another.</summary>
internal sealed record HashedCopy(long Bytes, long Lines, string Sha256)
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Copies to the end within a fixed piece of memory, counting and hashing.</summary>
    public static async Task<HashedCopy> RunAsync(Stream from, Stream to, CancellationToken ct)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long bytes = 0, lines = 0;
            for (int n; (n = await from.ReadAsync(buffer, ct)) > 0; bytes += n)
            {
                hash.AppendData(buffer, 0, n);
                lines += buffer.AsSpan(0, n).Count((byte)'\n');
                await to.WriteAsync(buffer.AsMemory(0, n), ct);
            }

            return new HashedCopy(bytes, lines, Convert.ToHexStringLower(hash.GetHashAndReset()));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
