using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Hosting;

/// <summary>Hands each line of a program's output on, and remembers the last ones for the message of a failure.</summary>
internal sealed partial class LogTail(Action<string> log)
{
    private const int LinesKept = 12;
    private const int LineMax = 2000;
    private readonly Queue<string> _last = new();

    public string Text
    {
        get
        {
            lock (_last)
            {
                return string.Join(" | ", _last);
            }
        }
    }

    public void Add(string line)
    {
        // Builds colour their errors whether or not they are asked to; logs and messages are plain text.
        var plain = Colour().Replace(line, "");
        var shown = plain.Length > LineMax ? plain[..LineMax] + "…" : plain;
        lock (_last)
        {
            if (shown.Trim().Length > 0)
            {
                _last.Enqueue(shown.Trim());
            }

            if (_last.Count > LinesKept)
            {
                _last.Dequeue();
            }
        }

        log(shown);
    }

    [GeneratedRegex(@"\x1B\[[0-?]*[ -/]*[@-~]")]
    private static partial Regex Colour();
}
