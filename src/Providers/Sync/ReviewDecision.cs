using System;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>
/// Puts a person's choice for one file into a branch's files. A side is chosen for what conflicts alone: what merged around it stays. What was
/// decided before is decided anew from what we had proposed.
/// </summary>
/// <param name="files">The branch's, which are changed.</param>
/// <param name="written">As our newest commit left them.</param>
internal sealed class ReviewDecision(SyncWorkArea area, FileMap files, FileMap written, SyncConflict conflict)
{
    /// <summary>False, and nothing is changed, where a side is chosen of which nothing is here though the list names it.</summary>
    /// <param name="listed">The conflict as the list has it, whatever it names.</param>
    public async Task<bool> ApplyAsync(FileDecision decision, SyncConflict listed, CancellationToken ct)
    {
        var ofSite = decision.Choice == "site";
        var part = decision.Choice == "text" ? await TextAsync(decision.Text!, ct) : await LinesAsync(ofSite, ct) ?? await KeysAsync(ofSite, ct) ?? (ofSite ? null : await MovedAsync(ct));
        if (part is null && ((ofSite && conflict.Site is null && listed.Site is not null) || (!ofSite && conflict.Template is null && listed.Template is not null)))
        {
            return false;
        }

        files[conflict.Path] = part ?? (ofSite ? conflict.Site : conflict.Template);
        if (files[conflict.Path] is not null)
        {
            MakeRoom();
        }

        PlaceSites(decision.Choice);
        if (conflict.Beside is { } beside)
        {
            files[beside] = null;
        }

        return true;
    }

    private async Task<TreeEntry> TextAsync(string text, CancellationToken ct) => new(
        conflict.Path, files[conflict.Path] is { IsFile: true, Mode: var mode } ? mode : TreeEntry.Plain, await area.WriteBlobAsync(Encoding.UTF8.GetBytes(text), ct));

    // Where git put markers, the lines between them. Of a version that came while only a part was decided, the template's are those that lie beside.
    private async Task<TreeEntry?> LinesAsync(bool ofSite, CancellationToken ct)
    {
        var path = ofSite ? conflict.Path : conflict.Beside ?? conflict.Path;
        foreach (var from in conflict.HasMarkers ? (FileMap[])[files, written] : [])
        {
            if (from[path] is { IsFile: true } file && await ReadAsync(file, ct) is { } content && ConflictMarkers.Decided(content, ofSite) is { } decided)
            {
                return file with { Id = await area.WriteBlobAsync(decided, ct), Size = -1 };
            }
        }

        return null;
    }

    // Where JSON was merged key by key, the keys that both have changed; the branch has the site's values.
    private async Task<TreeEntry?> KeysAsync(bool ofSite, CancellationToken ct)
    {
        var from = conflict.Beside is { } beside && files[beside] is not null ? files : written;
        if (conflict.Kind != "json" || conflict.HasMarkers || from[conflict.Path] is not { IsFile: true } file || await ReadAsync(file, ct) is not { } content)
        {
            return null;
        }

        if (ofSite)
        {
            return file;
        }

        var (origin, site, template) = (await TextAsync(conflict.Base, ct), await TextAsync(conflict.Site, ct), await TextAsync(conflict.Template, ct));
        return origin is not null && site is not null && template is not null && TextStyle.Characters(TextStyle.Normal(content)) is { } text
            && JsonMerge.Merge(origin, site, template) is { } merged && JsonMerge.WithTemplates(origin, text, template, merged.Conflicts) is { } decided
            ? file with { Id = await area.WriteBlobAsync(TextStyle.Of(content).Applied(Encoding.UTF8.GetBytes(decided)), ct), Size = -1 }
            : null;
    }

    // A file of the site's under the name that the template gave it: both sides' changes lie beside.
    private async Task<TreeEntry?> MovedAsync(CancellationToken ct)
    {
        var beside = conflict.SitePath is null || conflict.Beside is not { } at ? null : files[at] ?? written[at];
        return beside is { IsFile: true } && conflict.Template is { IsFile: true, Mode: var mode } && await ReadAsync(beside, ct) is not null ? beside with { Mode = mode } : null;
    }

    // A file where the other side has a folder, or below one of its files: who chooses it chooses against these.
    private void MakeRoom()
    {
        foreach (var path in files.Paths.Where(IsInTheWay).ToArray())
        {
            files[path] = null;
        }
    }

    // The site's file is where the site has it, or gone with the template's side.
    private void PlaceSites(string choice)
    {
        if (choice == "template" && conflict.SitePath is { } moved && moved != conflict.Path)
        {
            files[moved] = null;
        }
        else if (choice == "site" && files[conflict.Path] is null)
        {
            foreach (var path in written.Paths.Where(p => (p == conflict.SitePath || IsInTheWay(p)) && !files.IsTaken(p)).ToArray())
            {
                files[path] = written[path];
            }
        }
    }

    private bool IsInTheWay(string path) =>
        path.StartsWith(conflict.Path + "/", StringComparison.Ordinal) || conflict.Path.StartsWith(path + "/", StringComparison.Ordinal);

    private async Task<string?> TextAsync(TreeEntry? entry, CancellationToken ct) =>
        entry is { IsFile: true } && await ReadAsync(entry, ct) is { } content ? TextStyle.Characters(TextStyle.Normal(content)) : null;

    private async Task<byte[]?> ReadAsync(TreeEntry entry, CancellationToken ct) => await area.ReadBlobAsync(entry.Id, Blobs.SizeMax, ct);
}
