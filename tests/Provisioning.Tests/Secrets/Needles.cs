using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>Secrets by name, and every form in which one might have been written down: as it is, escaped, in hex, in base64 wherever it begins.</summary>
internal sealed class Needles
{
    /// <summary>Shorter pieces stand in ordinary bytes.</summary>
    private const int LengthMin = 12;

    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private SearchValues<string>? search;

    public int Count => names.Count;

    /// <summary>The names of what is looked for, each once.</summary>
    public ImmutableHashSet<string> Names => [.. names.Values];

    public void Add(string name, string secret)
    {
        Add(name, Encoding.UTF8.GetBytes(secret));
        Form(name, JsonSerializer.Serialize(secret)[1..^1]);
        Form(name, Uri.EscapeDataString(secret));
        // Keys are often told in base64: what they are matters, however it is written.
        var raw = new byte[secret.Length];
        if (secret.Length % 4 == 0 && secret.Length >= 32 && Convert.TryFromBase64String(secret, raw, out var length))
        {
            Add(name, raw.AsSpan(0, length).ToArray());
        }
    }

    public void Add(string name, byte[] secret)
    {
        Form(name, Encoding.Latin1.GetString(secret));
        Form(name, Convert.ToHexString(secret));
        Form(name, Convert.ToHexStringLower(secret));
        for (var before = 0; before < 3; before++)
        {
            // What stands before shifts the digits; those that it shares with its neighbours are left out.
            var digits = Convert.ToBase64String([.. new byte[before], .. secret]).TrimEnd('=');
            var own = digits[(before == 0 ? 0 : before + 1)..^((before + secret.Length) % 3 == 0 ? 0 : 1)];
            Form(name, own);
            Form(name, own.Replace('+', '-').Replace('/', '_'));
            Form(name, JsonSerializer.Serialize(own)[1..^1]);
        }
    }

    /// <summary>When something falls, in each form that the platform, JSON and PostgreSQL write an instant in.</summary>
    public void Add(string name, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        Form(name, at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
        Form(name, at.UtcTicks.ToString(CultureInfo.InvariantCulture));
        Form(name, utc.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF", CultureInfo.InvariantCulture));
        Form(name, utc.ToString("yyyy-MM-dd' 'HH:mm:ss.FFF", CultureInfo.InvariantCulture));
    }

    /// <summary>What has become public in its time is a secret no more.</summary>
    public void Forget(Func<string, bool> name)
    {
        foreach (var (form, _) in names.Where(n => name(n.Value)).ToArray())
        {
            names.Remove(form);
        }

        search = null;
    }

    /// <summary>The names of the secrets that stand in a text, or in bytes read as Latin-1, each with what stands around it first.</summary>
    public ImmutableSortedDictionary<string, string> In(string text)
    {
        search ??= SearchValues.Create(names.Keys.ToArray(), StringComparison.Ordinal);
        return text.AsSpan().IndexOfAny(search) < 0
            ? ImmutableSortedDictionary<string, string>.Empty
            : names.Select(n => (Name: n.Value, At: text.IndexOf(n.Key, StringComparison.Ordinal))).Where(n => n.At >= 0).GroupBy(n => n.Name)
                .ToImmutableSortedDictionary(n => n.Key, n => Around(text, n.Min(form => form.At)), StringComparer.Ordinal);
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 80)].ReplaceLineEndings(" ");

    private void Form(string name, string form)
    {
        if (form.Length >= LengthMin)
        {
            names.TryAdd(form, name);
            search = null;
        }
    }
}
