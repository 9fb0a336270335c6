using System;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// A path or a pattern of <c>template.json</c>: <c>*</c> stands for anything within a folder, <c>**</c> for any folders. All other
/// characters, also <c>[</c> and <c>]</c>, which folders of pages have in their names, stand for themselves.
/// </summary>
internal sealed class PathPattern
{
    private readonly Regex _regex;

    private PathPattern(string text)
    {
        var regex = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith("**/"))
            {
                regex.Append("(?:[^/]+/)*");
                at += 2;
            }
            else if (rest.StartsWith("**"))
            {
                regex.Append(".+");
                at++;
            }
            else
            {
                regex.Append(text[at] == '*' ? "[^/]*" : Regex.Escape(text[at].ToString()));
            }
        }

        _regex = new Regex($@"\A{regex}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.Singleline);
    }

    /// <summary>Null for what can't be a pattern: empty, longer than 200 characters, absolute, or leading out of the folder.</summary>
    public static PathPattern? Parse(string text)
    {
        var isPlain = text.Length is > 0 and <= 200 && !text.Any(c => char.IsControl(c) || c == '\\') && text[0] != '!'
            && text.Split('/').All(part => part.Length > 0 && part is not "." and not "..");
        return isPlain ? new PathPattern(text) : null;
    }

    public bool Matches(string path) => _regex.IsMatch(path);
}
