using System;
using System.IO;
using System.Security.Cryptography;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>The master key: from <c>PLATFORM_MASTER_KEY</c>, else from a file in the data folder that is made at the first start.</summary>
internal static class MasterKeyFile
{
    /// <summary>The key as it is given or stored; null when there is none yet. Throws <see cref="ArgumentException"/> for one that is no key.</summary>
    public static MasterKey? Find(string dataFolder)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_MASTER_KEY") is { Length: > 0 } text)
        {
            return MasterKey.FromBase64(text);
        }

        var path = PathIn(dataFolder);
        return File.Exists(path) ? MasterKey.FromBase64(File.ReadAllText(path).Trim()) : null;
    }

    /// <summary>The key that is being replaced, from <c>PLATFORM_MASTER_KEY_PREVIOUS</c> or beside the key; null when none is.</summary>
    public static MasterKey? Previous(string dataFolder)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_MASTER_KEY_PREVIOUS") is { Length: > 0 } text)
        {
            return MasterKey.FromBase64(text);
        }

        var path = PreviousIn(dataFolder);
        return File.Exists(path) ? MasterKey.FromBase64(File.ReadAllText(path).Trim()) : null;
    }

    public static string PreviousIn(string dataFolder) => PathIn(dataFolder) + ".previous";

    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "master.key");

    public static MasterKey Load(string dataFolder)
    {
        if (Find(dataFolder) is { } known)
        {
            return known;
        }

        var path = PathIn(dataFolder);
        if (Directory.Exists(Path.Combine(dataFolder, "postgres")))
        {
            throw new StartException(LostKey.Message($"The master key {path} is missing, but there is a database that was encrypted with it.", null, path));
        }

        Write(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return MasterKey.FromBase64(File.ReadAllText(path).Trim());
    }

    // Beside and renamed, so that a start cut short never leaves half a key.
    internal static void Write(string path, string key)
    {
        var building = path + ".new";
        File.Delete(building);
        using (var file = new FileStream(building, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(file))
        {
            writer.WriteLine(key);
            writer.Flush();
            file.Flush(flushToDisk: true);
        }

        File.Move(building, path, overwrite: true);
    }
}
