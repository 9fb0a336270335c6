using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;

namespace PrizeDraw.Providers;

/// <summary>
/// Folders that appear and disappear whole: built under another name beside, renamed when complete; renamed away, then deleted.
/// What a crash leaves half-way starts with a dot and the name, and goes with the next deletion of that name.
/// </summary>
internal static class LocalFolders
{
    /// <summary>False when the folder was there first.</summary>
    public static async Task<bool> BuildAndRenameAsync(string folder, Func<string, Task> build)
    {
        var building = Beside(folder, "building");
        try
        {
            await build(building);
            return TryRename(building, folder);
        }
        finally
        {
            Delete(building);
        }
    }

    public static void RenameAndDelete(string folder)
    {
        var trash = Beside(folder, "deleting");
        if (Directory.Exists(folder) && TryRename(folder, trash))
        {
            Delete(trash);
        }
    }

    /// <summary>Deletes what crashed constructions and deletions of this folder left.</summary>
    public static void DeleteLeftovers(string folder)
    {
        var parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent))
        {
            return;
        }

        // The name is followed by a dot, which no name holds, so that no other name's leftovers are meant.
        foreach (var leftover in Directory.GetDirectories(parent, $".{Path.GetFileName(folder)}.*"))
        {
            Delete(leftover);
        }
    }

    public static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static bool TryRename(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Directory.Exists(to) || !Directory.Exists(from))
        {
            return false;
        }
    }

    private static string Beside(string folder, string purpose) => Path.Combine(
        Path.GetDirectoryName(folder)!,
        $".{Path.GetFileName(folder)}.{purpose}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
}
