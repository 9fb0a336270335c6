using System;
using System.Collections.Generic;
using System.Text;
using System.Text.Json;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>
/// Judges a body as JSON before its meaning: well-formed, UTF-8, each name once, and no text that storage can't hold
/// (PostgreSQL has no NUL; a lone surrogate is half a character).
/// </summary>
internal static class JsonText
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = 32 };

    public static Problem? Check(ReadOnlySpan<byte> utf8)
    {
        var reader = new Utf8JsonReader(utf8, Strict);
        var path = new PathStack();
        try
        {
            while (reader.Read())
            {
                if (path.Advance(ref reader) is { } fault)
                {
                    return Problem.At(ErrorCodes.InvalidJson, path.ToString(), fault);
                }
            }
        }
        catch (JsonException exception)
        {
            return new Problem(ErrorCodes.InvalidJson,
                $"The body is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }

        return null;
    }

    /// <summary>What is wrong with a text token, or null.</summary>
    private static string? FaultOf(ref Utf8JsonReader reader, out string text)
    {
        text = "";
        try
        {
            text = reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return "is not valid Unicode text.";
        }

        return text.Contains('\0', StringComparison.Ordinal) ? "must not contain the character NUL." : null;
    }

    /// <summary>Where the reader is, and the names seen in each open object.</summary>
    private sealed class PathStack
    {
        private readonly List<Level> _levels = [];

        public string? Advance(ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    var fault = FaultOf(ref reader, out var name);
                    _levels[^1].Name = name.Replace("\0", "", StringComparison.Ordinal);
                    return fault ?? (_levels[^1].Names!.Add(name) ? null : "stands more than once.");
                case JsonTokenType.StartObject or JsonTokenType.StartArray:
                    CountItem();
                    _levels.Add(new Level(reader.TokenType == JsonTokenType.StartObject));
                    return null;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    _levels.RemoveAt(_levels.Count - 1);
                    return null;
                case JsonTokenType.String:
                    CountItem();
                    return FaultOf(ref reader, out _);
                default:
                    CountItem();
                    return null;
            }
        }

        public override string ToString()
        {
            var path = new StringBuilder();
            foreach (var level in _levels)
            {
                path.Append(level.Names is null ? $"[{level.Index}]" : path.Length == 0 ? level.Name : "." + level.Name);
            }

            return path.Length == 0 ? "body" : path.ToString();
        }

        private void CountItem()
        {
            if (_levels.Count > 0 && _levels[^1].Names is null)
            {
                _levels[^1].Index++;
            }
        }

        private sealed class Level(bool isObject)
        {
            public HashSet<string>? Names { get; } = isObject ? new(StringComparer.Ordinal) : null;
            public string Name { get; set; } = "";
            public int Index { get; set; } = -1;
        }
    }
}
