using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// Copies a build's result to where it is served from. A link in it could make us publish any file that we may read, and a
/// pipe would hold the copy for ever, so that everything but plain files and folders is refused.
/// </summary>
internal static class ReleaseCopy
{
    private const int FilesMax = 50_000;
    private const long BytesMax = 1024L * 1024 * 1024;

    /// <summary>The source must not be changeable by the build any more.</summary>
    public static async Task CopyAsync(string from, string to, CancellationToken ct)
    {
        var find = new Command
        {
            Program = Posix.FindOnPath("find") ?? "find",
            Arguments = [from, "(", "!", "-type", "d", "!", "-type", "f", ")", "-o", "(", "-type", "f", "-links", "+1", ")"],
        };
        var strange = (await find.RunAsync(ct)).Output.Trim();
        if (strange.Length > 0)
        {
            throw Refused($"'{Path.GetRelativePath(from, strange.Split('\n')[0])}' is a link or a special file");
        }

        var files = 0;
        var bytes = 0L;
        CopyFolder(new DirectoryInfo(from), to, ref files, ref bytes, ct);
    }

    private static void CopyFolder(DirectoryInfo from, string to, ref int files, ref long bytes, CancellationToken ct)
    {
        FolderModes.Ensure(to, FolderModes.Private);
        foreach (var entry in from.EnumerateFileSystemInfos())
        {
            ct.ThrowIfCancellationRequested();
            var target = Path.Combine(to, entry.Name);
            if (entry is not FileInfo file)
            {
                CopyFolder((DirectoryInfo)entry, target, ref files, ref bytes, ct);
                continue;
            }

            bytes += file.Length;
            if (++files > FilesMax || bytes > BytesMax)
            {
                throw Refused($"it is larger than {FilesMax:N0} files or {BytesMax / 1024 / 1024:N0} MB");
            }

            file.CopyTo(target);
        }
    }

    private static ProviderException Refused(string why) =>
        new(ProviderFault.Rejected, $"The result of the site's build can't be published: {why}.");
}
