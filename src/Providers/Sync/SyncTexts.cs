using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using PrizeDraw.Providers.Sync.Merging;

namespace PrizeDraw.Providers.Sync;

/// <summary>What commits and pull requests say.</summary>
internal static class SyncTexts
{
    private const int ListMax = 50;

    /// <summary>A commit's first line, and a pull request's title.</summary>
    public static string Title(TemplateBase target) => target.Picks.IsEmpty
        ? $"Update from the site template to {target.Tag}"
        : target.Picks.Length == 1 ? "Take one change of the site template" : $"Take {target.Picks.Length} changes of the site template";

    public static string RollbackTitle(TemplateBase at) => $"Take back the update of the site template, to {at.Tag}";

    public static PullRequestText Of(TemplateBase target, IReadOnlyCollection<SyncedFile> files, IReadOnlyCollection<SyncConflict> open)
    {
        var text = new StringBuilder("This brings the site's files to what its template has become: ").Append(MarkdownText.Code(target.Tag));
        if (!target.Picks.IsEmpty)
        {
            text.Append(" with ").AppendJoin(", ", target.Picks.Take(ListMax).Select(p => MarkdownText.Code(p[..Math.Min(10, p.Length)])));
        }

        text.Append(".\n");
        Decisions(text, open);
        var kept = files.Where(f => f.Verdict == "kept").Select(f => $"{MarkdownText.Code(f.Path)}: {f.Note}").ToArray();
        if (kept.Length > 0)
        {
            text.Append("\n### Kept as the site has it\n\n");
            Items(text, kept);
        }

        text.Append("\nCommits that are added to this branch stay when a newer version of the template updates it. Closing it without merging is respected: this version is not proposed again.\n");
        return new PullRequestText(Title(target), text.ToString(), open.Count > 0);
    }

    public static PullRequestText OfRollback(TemplateBase at, IReadOnlyCollection<SyncConflict> open)
    {
        var text = new StringBuilder("This takes back what the template's update brought, so that the site has ").Append(MarkdownText.Code(at.Tag));
        text.Append(" again. What was changed since stays.\n");
        Decisions(text, open);
        return new PullRequestText(RollbackTitle(at), text.ToString(), open.Count > 0);
    }

    private static void Decisions(StringBuilder text, IReadOnlyCollection<SyncConflict> open)
    {
        if (open.Count > 0)
        {
            text.Append("\n### To be decided\n\n");
            Items(text, [.. open.Select(c => $"{MarkdownText.Code(c.Path)}: {c.Note}{(c.Beside is null ? "" : $" See {MarkdownText.Code(c.Beside)}.")}")]);
            text.Append("\nDecide each file on this branch, delete the markers and the folder `.template-sync`, then merge.\n");
        }
    }

    private static void Items(StringBuilder text, string[] items)
    {
        foreach (var item in items.Take(ListMax))
        {
            text.Append("- ").Append(item).Append('\n');
        }

        if (items.Length > ListMax)
        {
            text.Append($"- and {items.Length - ListMax} more\n");
        }
    }
}
