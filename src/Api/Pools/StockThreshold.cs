using System;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PrizeDraw.Api.Pools;

/// <summary>When a stock is low: units as a number or a text (50), or percent of the stock as a text ("10%").</summary>
/// <param name="Text">Digits, and % for percent.</param>
[JsonConverter(typeof(StockThresholdConverter))]
public readonly record struct StockThreshold(string Text)
{
    public const int UnitsMax = 100_000_000;

    public const string Pattern = "^[0-9]{1,9}%?$";

    internal static StockThreshold? From(string? text) => text is null ? null : new StockThreshold(text);

    /// <summary>What is wrong with the value, as the end of a sentence that begins with the field's name; or null.</summary>
    internal static string? FaultOf(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Number when node.ToJsonString() is var number && IsIn(number, UnitsMax) => null,
        JsonValueKind.String when node.GetValue<string>() is var text && (text.EndsWith('%') ? IsIn(text[..^1], 100) : IsIn(text, UnitsMax)) => null,
        _ => "must be units (1 to 100000000) or a percentage of the stock, like \"10%\".",
    };

    private static bool IsIn(string digits, int most) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most;
}

/// <summary>Reads a number or a text; writes a number for units and a text for percent.</summary>
internal sealed class StockThresholdConverter : JsonConverter<StockThreshold>
{
    public override StockThreshold Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number => new StockThreshold(reader.GetInt64().ToString(CultureInfo.InvariantCulture)),
        JsonTokenType.String => new StockThreshold(reader.GetString()!),
        _ => throw new JsonException("Units or a percentage."),
    };

    public override void Write(Utf8JsonWriter writer, StockThreshold value, JsonSerializerOptions options)
    {
        if (long.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var units))
        {
            writer.WriteNumberValue(units);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }
}
