using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace PrizeDraw.Tidy;

/// <summary>A member with a body in braces, and how many lines stand between them.</summary>
public sealed record Member(string Path, int Line, string Header, int Length);

/// <summary>Finds members by the layout that the formatter keeps: braces on lines of their own, at the depth of what they belong to.</summary>
public static partial class Members
{
    public static ImmutableArray<Member> In(SourceFile file)
    {
        var found = ImmutableArray.CreateBuilder<Member>();
        var open = new Stack<(int Indent, bool IsType, int Line, string Header)>();
        var raw = false;
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var line = file.Lines[i];
            var quotes = line.Split("\"\"\"").Length - 1;
            var text = raw || quotes % 2 == 1;
            raw ^= quotes % 2 == 1;
            var trimmed = line.Trim();
            var indent = line.Length - line.TrimStart().Length;
            if (text && !trimmed.StartsWith('}'))
            {
                continue;
            }

            if (trimmed == "{")
            {
                var header = HeaderAbove(file, i, indent);
                open.Push((indent, TypeHeader().IsMatch(header), i, header));
            }
            else if (trimmed.StartsWith('}') && open.Count > 0 && open.Peek().Indent == indent && !text)
            {
                var block = open.Pop();
                if (!block.IsType && open.Count > 0 && open.Peek().IsType)
                {
                    found.Add(new Member(file.Path, block.Line, block.Header, i - block.Line - 1));
                }
            }
        }

        return found.ToImmutable();
    }

    private static string HeaderAbove(SourceFile file, int brace, int indent)
    {
        for (var i = brace - 1; i >= 0; i--)
        {
            var line = file.Lines[i];
            if (line.Length - line.TrimStart().Length == indent && line.Trim() is { Length: > 0 } header && !header.StartsWith(')') && !header.StartsWith(':'))
            {
                return header;
            }
        }

        return "";
    }

    [GeneratedRegex(@"^(?:\[.*\]\s*)?(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe)\s+)*(?:class|record|struct|interface|enum|namespace|extension)\b")]
    private static partial Regex TypeHeader();
}
