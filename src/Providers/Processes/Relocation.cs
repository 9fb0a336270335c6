using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Processes;

/// <summary>
/// As root: a place for what unprivileged users must get to. The wanted folder where they can; else one below the relocation
/// folder, remembered in a file of the data folder, and said.
/// </summary>
internal static class Relocation
{
    /// <summary>Where it was put instead of the wanted folder; null when it was not.</summary>
    public static string? Find(string wanted, string kind)
    {
        var note = Path.Combine(Path.GetDirectoryName(wanted)!, kind + "-moved-to");
        return File.Exists(note) ? File.ReadAllText(note).Trim() : null;
    }

    /// <param name="wanted">Where it should be; its parent exists.</param>
    /// <param name="kind">Begins the name of the folder elsewhere, such as "database".</param>
    public static async Task<string> PlaceAsync(
        string wanted, string kind, string relocationFolder, Func<string, Task<bool>> isReachable, Action<string> say, CancellationToken ct)
    {
        var parent = Path.GetDirectoryName(wanted)!;
        var note = Path.Combine(parent, kind + "-moved-to");

        // Once moved, always moved: opening the folder later must not make what is there seem lost.
        if (File.Exists(note))
        {
            var earlier = (await File.ReadAllTextAsync(note, ct)).Trim();
            say($"The {kind} is in {earlier}.");
            return earlier;
        }

        if (Directory.Exists(wanted) || await isReachable(parent))
        {
            return wanted;
        }

        FolderModes.Ensure(relocationFolder, FolderModes.Readable);
        var elsewhere = Path.Combine(relocationFolder, $"{kind}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}");
        FolderModes.WriteSecret(note, elsewhere + "\n");
        say($"The {kind} is in {elsewhere}, because the unprivileged user that works there can't reach {parent}.");
        return elsewhere;
    }
}
