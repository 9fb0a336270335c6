using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Storage.Campaign.Codes;

namespace PrizeDraw.Grains.Codes;

/// <summary>
/// One reading of an import's file, from its beginning or from where the stored import ends. What the stored import has taken is passed
/// over, and must be what was taken then: a digest over every line tells.
/// </summary>
internal sealed class ImportPass
{
    public const int RejectsMax = 1_000;

    private static readonly byte[] Nothing = new byte[SHA256.HashSizeInBytes];
    private byte[] digest;

    private ImportPass(CodeImportRow stored, long read, byte[] digest) => (Stored, Read, this.digest) = (stored, read, digest);

    /// <summary>As far as it is stored.</summary>
    public CodeImportRow Stored { get; set; }

    /// <summary>Number of the last line that this reading has seen.</summary>
    public long Read { get; private set; }

    /// <summary>A reading that begins after this line: the file's beginning (0), or where the stored import ends. Null for anything else.</summary>
    public static ImportPass? Begin(Guid importId, CodeImportRow? stored, long after)
    {
        var import = stored ?? new CodeImportRow(importId, 0, 0, 0, [], Nothing, false);
        return after == 0 ? new ImportPass(import, 0, Nothing)
            : after == import.Lines ? new ImportPass(import, after, import.Digest)
            : null;
    }

    /// <summary>
    /// Reads the next lines and answers those that have not been taken yet; null when this is another file than the stored import's, and
    /// when lines are out of order.
    /// </summary>
    public ImmutableArray<ImportLine>? Advance(ImmutableArray<ImportLine> lines, bool last)
    {
        foreach (var line in lines)
        {
            if (line.Number <= Read || (line.Number > Stored.Lines && !HasCaughtUp))
            {
                return null;
            }

            (Read, digest) = (line.Number, DigestOf(digest, line));
        }

        var fresh = lines.Where(line => line.Number > Stored.Lines).ToImmutableArray();
        var ends = Stored.Finished && !fresh.IsEmpty;
        return ends || (last && Read < Stored.Lines) || (Read == Stored.Lines && !HasCaughtUp) ? null : fresh;
    }

    /// <summary>The import as it stands once these lines have been taken.</summary>
    public CodeImportRow After(int accepted, IReadOnlyList<ImportReject> rejects, bool last) => Stored with
    {
        Lines = Read,
        Accepted = Stored.Accepted + accepted,
        Rejected = Stored.Rejected + rejects.Count,
        Rejects = [.. Stored.Rejects, .. rejects.Take(RejectsMax - Stored.Rejects.Length)],
        Digest = digest,
        Finished = last,
    };

    private bool HasCaughtUp => Read > Stored.Lines || (Read == Stored.Lines && digest.AsSpan().SequenceEqual(Stored.Digest));

    private static byte[] DigestOf(byte[] before, ImportLine line)
    {
        var text = line.Text ?? "\uFFFF";
        var bytes = new byte[before.Length + sizeof(long) + Encoding.UTF8.GetMaxByteCount(text.Length)];
        before.CopyTo(bytes, 0);
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(before.Length), line.Number);
        var length = Encoding.UTF8.GetBytes(text, bytes.AsSpan(before.Length + sizeof(long)));
        return SHA256.HashData(bytes.AsSpan(0, before.Length + sizeof(long) + length));
    }

    /// <summary>Judges lines one by one: codes that can be taken, unless the campaign has them, and the reasons for the others.</summary>
    public static (List<(long Line, ImportedCode Code)> Codes, List<ImportReject> Rejects) Judge(string canonicalPrefix, ImmutableArray<ImportLine> lines)
    {
        var (codes, rejects, seen) = (new List<(long, ImportedCode)>(lines.Length), new List<ImportReject>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var line in lines)
        {
            var reason = ImportedCode.Judge(canonicalPrefix, line.Text, out var code) ?? (seen.Add(code.Canonical) ? null : ImportedCode.Duplicate);
            if (reason is null)
            {
                codes.Add((line.Number, code));
            }
            else
            {
                rejects.Add(new ImportReject(line.Number, reason));
            }
        }

        return (codes, rejects);
    }
}
