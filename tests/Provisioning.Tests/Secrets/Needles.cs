using System;
using System.Buffers;
using System.Collections.Generic;
using System.Collections.Immutable;
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

    /// <summary>The names of the secrets that stand in a text, or in bytes read as Latin-1.</summary>
    public ImmutableArray<string> In(string text)
    {
        search ??= SearchValues.Create(names.Keys.ToArray(), StringComparison.Ordinal);
        return text.AsSpan().IndexOfAny(search) < 0
            ? [] : [.. names.Where(n => text.Contains(n.Key, StringComparison.Ordinal)).Select(n => n.Value).Distinct().Order(StringComparer.Ordinal)];
    }

    private void Form(string name, string form)
    {
        if (form.Length >= LengthMin)
        {
            names.TryAdd(form, name);
            search = null;
        }
    }
}
