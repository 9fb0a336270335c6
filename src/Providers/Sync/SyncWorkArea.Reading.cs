using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>Reading blobs in bulk: one process for any number of them.</summary>
public sealed partial class SyncWorkArea
{
    /// <summary>The content of these blobs, whose sizes are known; what is not there is not answered.</summary>
    internal async Task<ImmutableDictionary<string, byte[]>> ReadAsync(IReadOnlyCollection<(string Id, long Size)> blobs, CancellationToken ct)
    {
        if (blobs.Count == 0)
        {
            return ImmutableDictionary<string, byte[]>.Empty;
        }

        var asked = blobs.DistinctBy(b => b.Id).ToArray();
        if (asked.Sum(b => b.Size + 64) > ReadMax)
        {
            throw new ProviderException(ProviderFault.Rejected, $"More than {ReadMax / 1024 / 1024} MiB of files would have to be compared at once.");
        }

        var input = string.Concat(asked.Select(b => LooseObjects.RequireId(b.Id) + "\n"));
        var read = await _git.TryForBytesAsync(Folder, ["cat-file", "--batch", "--buffer"], ReadMax, ct, new GitContext(Input: input));
        return read.ExitCode == 0
            ? Parse(read.Output)
            : throw new ProviderException(ProviderFault.Rejected, $"Objects of the work area can't be read: {read.Error.Trim()}");
    }

    // "<id> <type> <size>\n<content>\n" each; "<id> missing\n" for what is not there.
    private static ImmutableDictionary<string, byte[]> Parse(byte[] output)
    {
        var found = ImmutableDictionary.CreateBuilder<string, byte[]>();
        for (var at = 0; at < output.Length;)
        {
            var end = Array.IndexOf(output, (byte)'\n', at);
            var header = Encoding.ASCII.GetString(output, at, end - at).Split(' ');
            at = end + 1;
            if (header is [var id, _, var length])
            {
                var size = int.Parse(length, CultureInfo.InvariantCulture);
                found[id] = output[at..(at + size)];
                at += size + 1;
            }
        }

        return found.ToImmutable();
    }
}
