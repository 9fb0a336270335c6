using System;
using System.Globalization;
using System.Text.Json;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>Reads the documents that the platform published itself.</summary>
internal static class JsonReading
{
    public static JsonElement? Part(this JsonElement of, string name) =>
        of.TryGetProperty(name, out var part) && part.ValueKind is not JsonValueKind.Null ? part : null;

    public static string Text(this JsonElement of, string name) => of.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement of, string name) => of.Part(name)?.GetString();

    public static long Number(this JsonElement of, string name) => of.GetProperty(name).GetInt64();

    public static Hash? Hash(this JsonElement of, string name) => of.TextOrNull(name) is { Length: > 0 } text ? new Hash(text) : null;

    public static DateTimeOffset? Time(this JsonElement of, string name) =>
        of.TextOrNull(name) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind) : null;
}
