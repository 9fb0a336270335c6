using System;
using System.IO;
using System.Text.Json;

namespace PrizeDraw.Silo;

/// <summary>The last backup that was made of a data folder, noted in it.</summary>
internal sealed record BackupRecord(DateTimeOffset TakenAt, string File, int Missing)
{
    private const string Name = "last-backup.json";

    public static void Write(string dataFolder, BackupRecord record)
    {
        var path = Path.Combine(dataFolder, Name);
        System.IO.File.WriteAllText(path + ".new", JsonSerializer.Serialize(record, JsonSerializerOptions.Web));
        System.IO.File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Null when none was made, or the note can't be read.</summary>
    public static BackupRecord? Read(string dataFolder)
    {
        var path = Path.Combine(dataFolder, Name);
        try
        {
            return System.IO.File.Exists(path) ? JsonSerializer.Deserialize<BackupRecord>(System.IO.File.ReadAllText(path), JsonSerializerOptions.Web) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
