using System.IO;
using System.Text.Json;

namespace PrizeDraw.Storage.Central.Installations;

/// <summary>What a host last saw of the installation's row.</summary>
public sealed record LastSeen(string Installation, string Incarnation, long Looks);

/// <summary>
/// Keeps what a host last saw of the central database outside of it.
/// </summary>
/// <param name="Path">The file, in the host's data folder; null keeps nothing, so that nothing is ever noticed.</param>
public sealed record LastSeenFile(string? Path)
{
    /// <summary>Null where nothing was kept: a new host, or a lost data folder.</summary>
    public LastSeen? Read()
    {
        if (Path is null || !File.Exists(Path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<LastSeen>(File.ReadAllText(Path), JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            // Somebody has written into it: then nobody knows, and somebody should look.
            return new LastSeen("", "", 0);
        }
    }

    // Beside, on the disk and renamed, so that neither a kill nor a power cut leaves half a file: that would count as another database.
    public void Write(LastSeen seen)
    {
        if (Path is not null)
        {
            var building = Path + ".new";
            using (var file = new FileStream(building, FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(file, seen, JsonSerializerOptions.Web);
                file.Flush(flushToDisk: true);
            }

            File.Move(building, Path, overwrite: true);
        }
    }
}
