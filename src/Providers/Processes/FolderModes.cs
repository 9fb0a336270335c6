using System.IO;

namespace PrizeDraw.Providers.Processes;

/// <summary>The permissions that our folders and files get.</summary>
internal static class FolderModes
{
    /// <summary>700: for us alone.</summary>
    public const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>711: others may pass through to what they own below, but see nothing.</summary>
    public const UnixFileMode Passage = Private | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>755: others may read.</summary>
    public const UnixFileMode Readable = Passage | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>600: a file that holds a secret.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes the folder if need be and gives it the permissions.</summary>
    public static string Ensure(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder);
        Posix.SetMode(folder, mode);
        return folder;
    }

    /// <summary>What the name of a file ends with until all of it is on the disk.</summary>
    public const string BeingWritten = ".new";

    /// <summary>Writes a secret so that it is never readable by others, not even while it is being written, nor half-written.</summary>
    public static void WriteSecret(string path, string text)
    {
        var temporary = path + BeingWritten;
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!System.OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Secret;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
