using System;
using System.IO;
using System.Security.Cryptography;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>The master key: from <c>PLATFORM_MASTER_KEY</c>, else from a file in the data folder that is made at the first start.</summary>
internal static class MasterKeyFile
{
    public static MasterKey Load(string dataFolder)
    {
        if (Environment.GetEnvironmentVariable("PLATFORM_MASTER_KEY") is { Length: > 0 } text)
        {
            return MasterKey.FromBase64(text);
        }

        var path = Path.Combine(dataFolder, "master.key");
        if (!File.Exists(path))
        {
            if (Directory.Exists(Path.Combine(dataFolder, "postgres")))
            {
                throw new StartException(
                    $"The master key {path} is missing, but there is a database that was encrypted with it. Put the file back, or set "
                    + "PLATFORM_MASTER_KEY to the key. Without it the stored secrets cannot be read.");
            }

            Write(path, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        }

        return MasterKey.FromBase64(File.ReadAllText(path).Trim());
    }

    // Beside and renamed, so that a start cut short never leaves half a key.
    private static void Write(string path, string key)
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

        File.Move(building, path);
    }
}
