using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>A value of a JSON text and where it stands there.</summary>
/// <param name="Raw">As written.</param>
internal abstract record JsonValue(string Raw, int Start, int End)
{
    /// <summary>Whether both say the same: written differently, or with keys in another order, they still do.</summary>
    public abstract bool Says(JsonValue other);
}

/// <summary>A string, number, true, false or null.</summary>
internal sealed record JsonScalar(string Raw, int Start, int End) : JsonValue(Raw, Start, End)
{
    public override bool Says(JsonValue other) => other is JsonScalar scalar
        && (Raw == scalar.Raw || (Raw[0] == '"' && scalar.Raw[0] == '"' && JsonText.Unquoted(Raw) == JsonText.Unquoted(scalar.Raw)));
}

internal sealed record JsonArray(string Raw, int Start, int End, ImmutableArray<JsonValue> Items) : JsonValue(Raw, Start, End)
{
    public override bool Says(JsonValue other) => other is JsonArray array && Items.Length == array.Items.Length && Items.Zip(array.Items).All(p => p.First.Says(p.Second));
}

/// <summary>A member: its name, and where name and value begin and end.</summary>
internal sealed record JsonMember(string Name, int Start, int NameEnd, JsonValue Value);

internal sealed record JsonObject(string Raw, int Start, int End, ImmutableArray<JsonMember> Members) : JsonValue(Raw, Start, End)
{
    public JsonValue? Find(string name) => Members.FirstOrDefault(m => m.Name == name)?.Value;

    public override bool Says(JsonValue other) => other is JsonObject obj && Members.Length == obj.Members.Length
        && Members.All(m => obj.Find(m.Name) is { } value && m.Value.Says(value));
}

/// <summary>
/// Reads JSON so that what is not touched can be written back as it was. Comments and a comma after the last member are allowed, as in
/// <c>tsconfig.json</c>.
/// </summary>
internal sealed class JsonText
{
    private const int DepthMax = 64;
    private readonly string _text;
    private int _at;

    private JsonText(string text) => _text = text;

    /// <summary>The value; null for what is not JSON, names a key twice, or is nested deeper than 64 levels.</summary>
    public static JsonValue? Parse(string text)
    {
        try
        {
            var reader = new JsonText(text);
            reader.SkipSpace();
            var value = reader.ReadValue(0);
            reader.SkipSpace();
            return reader._at == text.Length ? value : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    public static string Unquoted(string raw) => JsonSerializer.Deserialize<string>(raw)!;

    /// <summary>Where white space and comments that begin at a place end.</summary>
    public static int SpaceEnd(string text, int at)
    {
        var reader = new JsonText(text) { _at = at };
        reader.SkipSpace();
        return reader._at;
    }

    /// <summary>The comments of a JSON text, or a part of one, in their order.</summary>
    public static ImmutableArray<string> Comments(string text)
    {
        var found = ImmutableArray.CreateBuilder<string>();
        for (var at = 0; at < text.Length;)
        {
            if (text[at] == '"')
            {
                for (at++; at < text.Length && text[at] != '"'; at++)
                {
                    at += text[at] == '\\' ? 1 : 0;
                }

                at++;
            }
            else if (text[at] == '/')
            {
                var end = CommentEnd(text, at);
                found.Add(text[at..end].TrimEnd());
                at = Math.Max(end, at + 1);
            }
            else
            {
                at++;
            }
        }

        return found.ToImmutable();
    }

    // Where the one comment that begins at a place ends.
    private static int CommentEnd(string text, int at)
    {
        var (until, length) = string.CompareOrdinal(text, at, "/*", 0, 2) == 0 ? (text.IndexOf("*/", at + 2, StringComparison.Ordinal), 2) : (text.IndexOf('\n', at), 0);
        return until < 0 ? text.Length : until + length;
    }

    private JsonValue ReadValue(int depth) => _at >= _text.Length || depth > DepthMax
        ? throw new FormatException()
        : _text[_at] switch
        {
            '{' => ReadObject(depth),
            '[' => ReadArray(depth),
            _ => ReadScalar(),
        };

    private JsonObject ReadObject(int depth)
    {
        var start = _at++;
        var members = ImmutableArray.CreateBuilder<JsonMember>();
        for (SkipSpace(); !Takes('}'); SkipSpace())
        {
            var at = _at;
            var name = ReadScalar();
            SkipSpace();
            if (name.Raw[0] != '"' || !Takes(':'))
            {
                throw new FormatException();
            }

            SkipSpace();
            members.Add(new JsonMember(Unquoted(name.Raw), at, name.End, ReadValue(depth + 1)));
            SkipSpace();
            RequireCommaOr('}');
        }

        return members.Select(m => m.Name).Distinct().Count() == members.Count
            ? new JsonObject(_text[start.._at], start, _at, members.ToImmutable())
            : throw new FormatException();
    }

    private JsonArray ReadArray(int depth)
    {
        var start = _at++;
        var items = ImmutableArray.CreateBuilder<JsonValue>();
        for (SkipSpace(); !Takes(']'); SkipSpace())
        {
            items.Add(ReadValue(depth + 1));
            SkipSpace();
            RequireCommaOr(']');
        }

        return new JsonArray(_text[start.._at], start, _at, items.ToImmutable());
    }

    private JsonScalar ReadScalar()
    {
        var start = _at;
        if (_at < _text.Length && _text[_at] == '"')
        {
            for (_at++; _at < _text.Length && _text[_at] != '"'; _at++)
            {
                _at += _text[_at] == '\\' ? 1 : 0;
            }

            _at++;
        }
        else
        {
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.'))
            {
                _at++;
            }
        }

        return _at > start && _at <= _text.Length && IsScalar(_text[start.._at]) ? new JsonScalar(_text[start.._at], start, _at) : throw new FormatException();
    }

    private static bool IsScalar(string raw)
    {
        try
        {
            using var document = JsonDocument.Parse(raw);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private void RequireCommaOr(char end)
    {
        if (!Takes(',') && (_at >= _text.Length || _text[_at] != end))
        {
            throw new FormatException();
        }
    }

    private bool Takes(char one)
    {
        if (_at < _text.Length && _text[_at] == one)
        {
            _at++;
            return true;
        }

        return false;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] is ' ' or '\t' or '\n' or '\r')
            {
                _at++;
            }
            else if (string.CompareOrdinal(_text, _at, "//", 0, 2) == 0)
            {
                var end = _text.IndexOf('\n', _at);
                _at = end < 0 ? _text.Length : end;
            }
            else if (string.CompareOrdinal(_text, _at, "/*", 0, 2) == 0)
            {
                var end = _text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
                _at = end < 0 ? throw new FormatException() : end + 2;
            }
            else
            {
                return;
            }
        }
    }
}
