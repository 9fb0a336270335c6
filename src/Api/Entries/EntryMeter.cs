using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;

namespace PrizeDraw.Api.Entries;

/// <summary>Counts entries as they are answered.</summary>
public sealed class EntryMeter : IDisposable
{
    public const string Name = "PrizeDraw.Api";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _refused;

    public EntryMeter()
    {
        _accepted = _meter.CreateCounter<long>("prizedraw_entries_accepted_total", description: "Entries accepted, replays included.");
        _refused = _meter.CreateCounter<long>("prizedraw_entries_refused_total", description: "Entries refused, by code.");
    }

    public void Accepted() => _accepted.Add(1);

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Dispose() => _meter.Dispose();
}
