using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Orleans.Runtime;

/// <summary>
/// Values that travel with calls: what the caller has set is seen by the grain, and by the grains that it calls in turn.
/// What a grain sets does not travel back.
/// </summary>
public static class RequestContext
{
    private static readonly AsyncLocal<Dictionary<string, object>?> Current = new();

    public static IEnumerable<string> Keys => Current.Value?.Keys ?? Enumerable.Empty<string>();

    public static IEnumerable<KeyValuePair<string, object>> Entries => Current.Value ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <summary>The dictionary is never changed once set, so calls may share it.</summary>
    internal static Dictionary<string, object>? Values
    {
        get => Current.Value;
        set => Current.Value = value;
    }

    public static object? Get(string key) => Current.Value is { } values && values.TryGetValue(key, out var value) ? value : null;

    public static void Set(string key, object value) =>
        Current.Value = new Dictionary<string, object>(Current.Value ?? []) { [key] = value };

    public static bool Remove(string key)
    {
        if (Current.Value is not { } values || !values.ContainsKey(key))
        {
            return false;
        }

        var rest = new Dictionary<string, object>(values);
        rest.Remove(key);
        Current.Value = rest.Count == 0 ? null : rest;
        return true;
    }

    public static void Clear()
    {
        if (Current.Value is not null)
        {
            Current.Value = null;
        }
    }
}
