using System.Collections.Generic;
using System.Text;

namespace PrizeDraw.Api.Requests;

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">The line that it begins on, from 1.</param>
/// <param name="Cells">Its cells, without quotes.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>Reads CSV as RFC 4180 has it: cells may be quoted and then hold commas, line ends and doubled quotes. Empty lines are passed over.</summary>
internal static class CsvText
{
    public static IEnumerable<CsvRecord> Read(string text)
    {
        var (at, line) = (0, 1);
        while (at < text.Length)
        {
            var (began, cells) = (line, new List<string>());
            do
            {
                cells.Add(Cell(text, ref at, ref line));
            }
            while (at < text.Length && text[at++] == ',');
            // The separator that ended the loop was the end of the line; CR LF is one.
            if (at <= text.Length && at > 0 && text[at - 1] == '\r' && at < text.Length && text[at] == '\n')
            {
                at++;
            }

            line++;
            if (cells.Count > 1 || cells[0].Length > 0)
            {
                yield return new CsvRecord(began, cells);
            }
        }
    }

    /// <summary>The cell that begins here; stops at a comma, a line end or the end.</summary>
    private static string Cell(string text, ref int at, ref int line)
    {
        if (at >= text.Length || text[at] != '"')
        {
            var start = at;
            while (at < text.Length && text[at] is not (',' or '\r' or '\n'))
            {
                at++;
            }

            return text[start..at].Trim();
        }

        var cell = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (++at >= text.Length || text[at] != '"'))
            {
                break;
            }

            line += text[at] == '\n' ? 1 : 0;
            cell.Append(text[at]);
        }

        while (at < text.Length && text[at] is not (',' or '\r' or '\n'))
        {
            at++;
        }

        return cell.ToString();
    }
}
