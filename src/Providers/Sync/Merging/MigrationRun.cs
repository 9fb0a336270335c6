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
internal sealed class MigrationRun(MergeSides sides, Blobs blobs, ConflictNotes notes)
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
        var moved = sides.Site.Under(migration.From);
        if (moved.FirstOrDefault(path => sides.Site.IsTaken(Moved(path))) is { } inTheWay)
        {
            notes.Add(
                Moved(inTheWay), "migration", $"The template has moved {MarkdownText.Code(migration.From)} to {MarkdownText.Code(migration.To)}, where the site has a file of its own; nothing was moved.",
                sides.Template[Moved(inTheWay)]);
            return;
        }

        foreach (var map in (FileMap[])[sides.Base, sides.Site])
        {
            foreach (var path in map.Under(migration.From).Where(path => !map.IsTaken(Moved(path))))
            {
                map[Moved(path)] = map[path];
                map[path] = null;
            }
        }

        string Moved(string path) => migration.To + path[migration.From.Length..];
    }

    private async Task RenameKeyAsync(TemplateMigration migration, string file, CancellationToken ct)
    {
        await blobs.LoadAsync([sides.Base[file], sides.Site[file]], ct);
        var (site, taken) = Renamed(sides.Site[file]);
        if (taken)
        {
            notes.Add(
                file, "migration", $"The template calls the setting {MarkdownText.Code(migration.From)} {MarkdownText.Code(migration.To)} now, which the site has already; nothing was renamed.",
                sides.Template[file]);
            return;
        }

        await PutAsync(sides.Site, site);
        await PutAsync(sides.Base, Renamed(sides.Base[file]).Text);

        (string? Text, bool IsTaken) Renamed(TreeEntry? entry) => blobs.Text(entry) is { } content
            ? (JsonMerge.Renamed(Encoding.UTF8.GetString(content), migration.From, migration.To, out var isTaken), isTaken)
            : (null, false);

        async Task PutAsync(FileMap map, string? text)
        {
            if (text is not null)
            {
                var content = Encoding.UTF8.GetBytes(text);
                map[file] = map[file]! with { Id = await blobs.WriteAsync(content, ct), Size = content.Length };
            }
        }
    }
}
