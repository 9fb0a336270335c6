using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Sync;

/// <summary>A version of a path that git could not merge by itself: 1 the base's, 2 the site's, 3 the template's.</summary>
internal sealed record ConflictStage(string Path, int Stage, string Mode, string Id);

/// <summary>What git made of three trees.</summary>
/// <param name="Stages">Empty where all went well.</param>
/// <param name="SiteCommit">The name by which git calls the site's side, in markers and in paths that it moved out of the way.</param>
internal sealed record GitMerged(string Tree, ImmutableArray<ConflictStage> Stages, string SiteCommit, string TemplateCommit, string BaseCommit);

/// <summary>Merging and comparing trees by git itself.</summary>
public sealed partial class SyncWorkArea
{
    // Folders that only one side renamed are not guessed: a new file of the template stays where the template put it.
    private static readonly GitContext Merging = new() { Configuration = ["-c", "merge.conflictStyle=diff3", "-c", "merge.directoryRenames=false", "-c", "merge.renameLimit=5000"] };

    internal async Task<GitMerged> MergeAsync(string origin, string site, string template, CancellationToken ct)
    {
        var b = await WriteCommitAsync(origin, [], "base", ct);
        var o = await WriteCommitAsync(site, [b], "site", ct);
        var t = await WriteCommitAsync(template, [b], "template", ct);
        return await MergeAsync((b, o, t), Merging, ct);
    }

    /// <summary>The same merge with longer markers.</summary>
    internal async Task<GitMerged> MergeAgainAsync(GitMerged merged, int markerSize, CancellationToken ct)
    {
        // Only attributes say how long they are. The file says the same for ever, so that others may be reading it.
        var file = Path.Combine(Folder, $"markers-{markerSize}");
        if (!File.Exists(file))
        {
            var written = file + "." + Path.GetRandomFileName();
            await File.WriteAllTextAsync(written, $"* conflict-marker-size={markerSize}\n", ct);
            File.Move(written, file, overwrite: true);
        }

        return await MergeAsync((merged.BaseCommit, merged.SiteCommit, merged.TemplateCommit), Merging with { Configuration = [.. Merging.Configuration, "-c", "core.attributesFile=" + file] }, ct);
    }

    private async Task<GitMerged> MergeAsync((string Base, string Site, string Template) commits, GitContext context, CancellationToken ct)
    {
        var (b, o, t) = commits;
        var merged = await _git.TryForBytesAsync(Folder, ["merge-tree", "--write-tree", "-z", "--no-messages", o, t], ReadMax, ct, context);
        if (merged.ExitCode is not (0 or 1))
        {
            throw new ProviderException(ProviderFault.Rejected, $"git could not merge: {merged.Error.Trim()}");
        }

        var parts = Text(merged.Output, o).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return new GitMerged(parts[0], [.. parts.Skip(1).Select(Stage)], o, t, b);
    }

    /// <summary>Files that stand elsewhere in the second tree, old path to new.</summary>
    internal async Task<ImmutableDictionary<string, string>> RenamesAsync(string from, string to, CancellationToken ct)
    {
        var listed = await _git.TryForBytesAsync(
            Folder, ["diff-tree", "-r", "-z", "-M", "-l5000", "--name-status", "--diff-filter=R", from, to], ReadMax, ct);
        var parts = Text(listed.Output, to).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(0, parts.Length / 3).ToImmutableDictionary(n => parts[(n * 3) + 1], n => parts[(n * 3) + 2]);
    }

    /// <summary>The change from one tree to another as a unified diff, cut after so many characters.</summary>
    internal async Task<(string Text, bool IsCut)> DiffAsync(string from, string to, int max, CancellationToken ct)
    {
        byte[] output;
        try
        {
            var diff = await _git.TryForBytesAsync(Folder, ["diff-tree", "-r", "-p", "-M", "-l5000", "--no-color", "--no-ext-diff", from, to], ReadMax, ct);
            if (diff.ExitCode != 0)
            {
                return ("", true);
            }

            output = diff.Output;
        }
        catch (ProviderException)
        {
            // Too large, or it took too long. It is only for people to read: nothing that was done fails by it.
            return ("", true);
        }

        var text = Encoding.UTF8.GetString(output);

        // PostgreSQL holds no zero character; files that git takes for text have them behind their beginning at most.
        text = text.Replace('\0', '\uFFFD');
        return text.Length <= max ? (text, false) : (text[..(char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)], true);
    }

    private static ConflictStage Stage(string line)
    {
        var tab = line.IndexOf('\t', StringComparison.Ordinal);
        var fields = line[..tab].Split(' ');
        return new ConflictStage(line[(tab + 1)..], fields[2][0] - '0', fields[0], fields[1]);
    }
}
