using System;
using System.Buffers;
using System.Text;

namespace PrizeDraw.Api.Requests;

/// <summary>
/// Writes lines of CSV (RFC 4180). What people typed is never executed: a cell that a spreadsheet would take for a formula (it begins
/// with = + - @, a tab or a carriage return) gets an apostrophe before it.
/// </summary>
internal static class CsvLine
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    public static void Append(StringBuilder csv, params ReadOnlySpan<string?> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                csv.Append(',');
            }

            AppendCell(csv, cells[i] ?? "");
        }

        csv.Append("\r\n");
    }

    private static void AppendCell(StringBuilder csv, string cell)
    {
        var plain = cell is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] ? "'" + cell : cell;
        if (plain.AsSpan().ContainsAny(Quoted))
        {
            csv.Append('"').Append(plain.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
        else
        {
            csv.Append(plain);
        }
    }
}
