using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Writes git objects into an objects folder as git would (a header, SHA-1, zlib), so that a tree of many files does not cost a process each.
/// </summary>
internal sealed class LooseObjects(string folder)
{
    /// <summary>Writes an object of a kind (<c>blob</c>, <c>tree</c>, <c>commit</c>) and answers its id.</summary>
    public async Task<string> WriteAsync(string kind, ReadOnlyMemory<byte> content, CancellationToken ct)
    {
        var header = Encoding.ASCII.GetBytes($"{kind} {content.Length}\0");
        var id = IdOf(header, content.Span);
        var place = Path.Combine(folder, id[..2]);
        var path = Path.Combine(place, id[2..]);
        if (File.Exists(path))
        {
            return id;
        }

        // Under another name first: nobody sees half an object. Beside the folders, which go when others pack what is in them.
        var written = Path.Combine(folder, "tmp_obj_" + Path.GetRandomFileName());
        await using (var file = File.Create(written))
        await using (var packed = new ZLibStream(file, CompressionLevel.Fastest))
        {
            await packed.WriteAsync(header, ct);
            await packed.WriteAsync(content, ct);
        }

        Put(written, place, path);
        return id;
    }

    private static void Put(string written, string place, string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (!Directory.Exists(place))
            {
                FolderModes.Ensure(place, FolderModes.Private);
            }

            try
            {
                File.Move(written, path, overwrite: true);
                return;
            }
            catch (DirectoryNotFoundException) when (attempt < 10)
            {
                // Somebody packed the last of the folder's objects just now, and removed it.
            }
        }
    }

    /// <summary>The ids of all objects that are in no pack.</summary>
    public IEnumerable<string> List() =>
        from place in Directory.GetDirectories(folder, "??")
        from file in Directory.GetFiles(place)
        let id = Path.GetFileName(place) + Path.GetFileName(file)
        where id.Length == 40
        select id;

    /// <summary>How many objects are in one of the folders.</summary>
    public int CountIn(string name) => Directory.Exists(Path.Combine(folder, name)) ? Directory.GetFiles(Path.Combine(folder, name)).Length : 0;

    /// <summary>The id itself; <see cref="ProviderFault.Rejected"/> for what is none.</summary>
    public static string RequireId(string id) => id.Length == 40 && id.All(char.IsAsciiHexDigitLower)
        ? id
        : throw new ProviderException(ProviderFault.Rejected, $"'{id}' is not the id of an object.");

    // git's names are SHA-1; nothing here rests on its strength.
    private static string IdOf(byte[] header, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        hash.AppendData(header);
        hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
