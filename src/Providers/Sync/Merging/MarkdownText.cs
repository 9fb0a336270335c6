using System;
using System.Linq;
using System.Text;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>What people wrote, such as a path, in a page or a pull request: shown, never followed.</summary>
internal static class MarkdownText
{
    /// <summary>As code: longer than any run of back-ticks in it, without line ends, 200 characters at most.</summary>
    public static string Code(string text)
    {
        var plain = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        plain = plain.Length > 200 ? plain[..200] + "…" : plain;
        var longest = 0;
        var run = 0;
        foreach (var one in plain)
        {
            run = one == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        return longest > 0 ? $"{fence} {plain} {fence}" : fence + plain + fence;
    }
}
