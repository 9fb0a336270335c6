using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>Reading evidence back into values. Whatever is wrong with it is a <see cref="JsonException"/>.</summary>
internal static class EvidenceJson
{
    public static T Read<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw new JsonException(fault.Message, fault);
        }
    }

    public static string RequiredText(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null.");

    public static long? LongOrNull(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetInt64() : null;

    public static int? IntegerOrNull(this JsonElement element, string name) =>
        element.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetInt32() : null;

    public static Bytes32 Hash(this JsonElement element, string name) => Bytes32.Parse(element.RequiredText(name));

    public static DateTimeOffset Instant(this JsonElement element, string name) => InstantOf(element.RequiredText(name));

    public static DateTimeOffset? InstantOrNull(this JsonElement element, string name) =>
        element.GetProperty(name).GetString() is { } text ? InstantOf(text) : null;

    public static CanonicalJsonWriter NumberOrNull(this CanonicalJsonWriter writer, string name, long? value) =>
        value is { } number ? writer.Number(name, number) : writer.Name(name).Null();

    /// <summary>One spelling only: what is read is written again in the same way.</summary>
    private static DateTimeOffset InstantOf(string text)
    {
        var at = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);
        return CanonicalTime.Format(at) == text ? at : throw new FormatException($"'{text}' is not an instant in its one spelling.");
    }
}
