using System;
using System.Collections.Generic;

namespace PrizeDraw.Providers.Hosting;

/// <summary>Hands each line of a program's output on, and remembers the last ones for the message of a failure.</summary>
internal sealed class LogTail(Action<string> log)
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
        var shown = line.Length > LineMax ? line[..LineMax] + "…" : line;
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
}
