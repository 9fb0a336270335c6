using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Linq;
using System.Text;

namespace PrizeDraw.Api.Health;

/// <summary>
/// Listens to the platform's own meters (PrizeDraw.*) and prints them in Prometheus' text format. Histograms are told by their
/// count and sum.
/// </summary>
public sealed class PrometheusText : IDisposable
{
    private const int SeriesMax = 5_000;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public PrometheusText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith("PrizeDraw.", StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>All series as they stand.</summary>
    public string Print()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(pair => pair.Key.Instrument).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            PrintFamily(text, family.Key, family.OrderBy(pair => pair.Key.Labels, StringComparer.Ordinal));
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static void PrintFamily(
        StringBuilder text, Instrument instrument, IEnumerable<KeyValuePair<(Instrument Instrument, string Labels), Series>> series)
    {
        var name = NameOf(instrument.Name);
        var kind = instrument.GetType().Name;
        var isHistogram = kind.StartsWith("Histogram", StringComparison.Ordinal);
        text.Append("# HELP ").Append(name).Append(' ').Append((instrument.Description ?? name).Replace('\n', ' ')).Append('\n');
        text.Append("# TYPE ").Append(name).Append(isHistogram ? " summary"
            : kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal) ? " counter"
            : " gauge").Append('\n');
        foreach (var ((_, labels), value) in series)
        {
            var (sum, count) = value.Read();
            if (isHistogram)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}_sum{labels} {sum:R}\n{name}_count{labels} {count}\n");
            }
            else
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{labels} {sum:R}\n");
            }
        }
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument, LabelsOf(tags));
        if (!_series.TryGetValue(key, out var series))
        {
            // A label whose values never end must not eat the host's memory.
            if (_series.Count >= SeriesMax)
            {
                return;
            }

            series = _series.GetOrAdd(key, static _ => new Series());
        }

        if (instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal))
        {
            series.Set(value);
        }
        else
        {
            series.Add(value);
        }
    }

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var labels = new StringBuilder("{");
        foreach (var (name, value) in tags)
        {
            var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            labels.Append(labels.Length > 1 ? "," : "").Append(NameOf(name)).Append("=\"")
                .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return labels.Append('}').ToString();
    }

    private static string NameOf(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));

    private sealed class Series
    {
        private readonly System.Threading.Lock _lock = new();
        private double _sum;
        private long _count;

        public void Add(double value)
        {
            lock (_lock)
            {
                _sum += value;
                _count++;
            }
        }

        public void Set(double value)
        {
            lock (_lock)
            {
                _sum = value;
            }
        }

        public (double Sum, long Count) Read()
        {
            lock (_lock)
            {
                return (_sum, _count);
            }
        }
    }
}
