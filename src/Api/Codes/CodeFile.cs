using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>The file has more bytes than are taken.</summary>
internal sealed class FileTooLargeException : Exception;

/// <summary>
/// Reads a file of codes line by line as it comes in, holding one line at a time. Each line is one code, or, where the first line is a
/// heading with a column <c>code</c>, that column of it; commas, semicolons and tabs separate columns, quotes may enclose them. Empty
/// lines are passed over. A line that is too long, or has no such column, is told without text.
/// </summary>
internal sealed class CodeFile(PipeReader reader, long bytesMax)
{
    /// <summary>Bytes of one line at the most; no code is that long.</summary>
    public const int LineBytesMax = 4_096;

    private long _bytes;
    private long _number;
    private int? _column;

    public async IAsyncEnumerable<ImportLine> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var skipping = false;
        while (true)
        {
            var result = await reader.ReadAsync(ct);
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                if (Line(buffer.Slice(0, end), skipping) is { } line)
                {
                    yield return line;
                }

                buffer = Passed(buffer, buffer.GetPosition(1, end));
                skipping = false;
            }

            if (result.IsCompleted)
            {
                if (Line(buffer, skipping) is { } line)
                {
                    yield return line;
                }

                reader.AdvanceTo(Passed(buffer, buffer.End).End);
                yield break;
            }

            if (buffer.Length > LineBytesMax)
            {
                skipping = true;
                buffer = Passed(buffer, buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private ReadOnlySequence<byte> Passed(ReadOnlySequence<byte> buffer, SequencePosition to)
    {
        _bytes += buffer.Slice(0, to).Length;
        return _bytes <= bytesMax ? buffer.Slice(to) : throw new FileTooLargeException();
    }

    /// <summary>The line as it is to be judged; null when there is nothing in it, or it is the heading.</summary>
    private ImportLine? Line(ReadOnlySequence<byte> bytes, bool skipped)
    {
        _number++;
        if (skipped || bytes.Length > LineBytesMax)
        {
            _column ??= 0;
            return new ImportLine(_number, null);
        }

        // Bytes that are no UTF-8 become a character that no code has.
        var text = Encoding.UTF8.GetString(bytes).Trim('\uFEFF', '\r', ' ');
        if (text.Length == 0)
        {
            return null;
        }

        var cells = CellsOf(text);
        if (_column is not { } column)
        {
            var heading = cells.FindIndex(cell => cell.Equals("code", StringComparison.OrdinalIgnoreCase));
            _column = column = Math.Max(0, heading);
            if (heading >= 0)
            {
                return null;
            }
        }

        return new ImportLine(_number, column < cells.Count ? cells[column] : null);
    }

    private static List<string> CellsOf(string line)
    {
        var (cells, cell, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            if (c == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
            {
                cell.Append(line[i++]);
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (c is ',' or ';' or '\t' && !quoted)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(cell.ToString().Trim());
        return cells;
    }
}
