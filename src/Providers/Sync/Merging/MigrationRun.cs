using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// Runs a version's migrations that a site has not had, on the base and on the site, so that the site's own edits are found where the template
/// has the file now.
/// </summary>
internal sealed class MigrationRun(TemplateRules rules, MergeSides sides, Blobs blobs, ConflictNotes notes)
{
    public async Task RunAsync(IEnumerable<TemplateMigration> migrations, CancellationToken ct)
    {
        foreach (var migration in migrations)
        {
            if (migration.File is null)
            {
                Move(migration);
            }
            else
            {
                await RenameKeyAsync(migration, migration.File, ct);
            }
        }
    }

    private void Move(TemplateMigration migration)
    {
        var moved = sides.Site.Under(migration.From).Where(MayMove);
        if (moved.FirstOrDefault(path => sides.Site.IsTaken(migration.Moved(path))) is { } inTheWay)
        {
            notes.Add(
                migration.Moved(inTheWay), "migration", $"The template has moved {MarkdownText.Code(migration.From)} to {MarkdownText.Code(migration.To)}, where the site has a file of its own; nothing was moved.",
                sides.Template[migration.Moved(inTheWay)]);
            return;
        }

        foreach (var map in (FileMap[])[sides.Base, sides.Site])
        {
            foreach (var path in map.Under(migration.From).Where(path => MayMove(path) && !map.IsTaken(migration.Moved(path))))
            {
                map[migration.Moved(path)] = map[path];
                map[path] = null;
            }
        }

        bool MayMove(string path) => rules.OwnerOf(path) != Ownership.Platform && rules.OwnerOf(migration.Moved(path)) != Ownership.Platform;
    }

    private async Task RenameKeyAsync(TemplateMigration migration, string file, CancellationToken ct)
    {
        await blobs.LoadAsync([sides.Base[file], sides.Site[file], sides.Template[file]], ct);
        var site = await RenamedAsync(sides.Site[file], migration, ct);
        if (site.Hindrance is { } hindrance)
        {
            notes.Add(file, "migration", $"The template calls the setting {MarkdownText.Code(migration.From)} {MarkdownText.Code(migration.To)} now, {hindrance}; nothing was renamed.", sides.Template[file]);
            return;
        }

        sides.Base[file] = (await RenamedAsync(sides.Base[file], migration, ct)).Entry;
        sides.Site[file] = site.Entry;
    }

    // The file with its key renamed, in the form that it had; the same where it has no such key.
    private async Task<(TreeEntry? Entry, string? Hindrance)> RenamedAsync(TreeEntry? entry, TemplateMigration migration, CancellationToken ct)
    {
        if (entry is null)
        {
            return (null, null);
        }

        if (blobs.Text(entry) is not { } written || TextStyle.Characters(TextStyle.Normal(written)) is not { } text || JsonText.Parse(text) is not JsonObject)
        {
            return (entry, "in a file that the site has in a form that can't be read");
        }

        if (JsonMerge.Renamed(text, migration.From, migration.To, out var isTaken) is not { } renamed)
        {
            return (entry, isTaken ? "which the site has already" : null);
        }

        var content = TextStyle.Of(written).Applied(Encoding.UTF8.GetBytes(renamed));
        return (entry with { Id = await blobs.WriteAsync(content, ct), Size = content.Length }, null);
    }
}
