using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Api.Entries;

/// <summary>An entry as the site's form sends it.</summary>
[Example("""
    {"pool":null,"entrant":{"email":"ann@example.com","firstName":"Ann","lastName":"Smith","phone":null,"dateOfBirth":"1990-05-01",
      "postcode":"LS1 4AP","county":"West Yorkshire","country":"GB"},"answers":{"favourite":"Paris"},"termsVersion":1,"proof":null,
     "consents":[{"purpose":"marketing-email","version":1,"granted":false}],"captchaToken":null,"website":""}
    """)]
public sealed record EntryRequest
{
    /// <summary>Id or name of the pool; null is the campaign's first.</summary>
    public string? Pool { get; init; }

    /// <summary>Who enters.</summary>
    public required EntrantFields Entrant { get; init; }

    /// <summary>Answers to the form's questions by name: texts, numbers and booleans.</summary>
    [JsonConverter(typeof(AnswersConverter))]
    public ImmutableSortedDictionary<string, string>? Answers { get; init; }

    /// <summary>The version of the terms that is accepted; null accepts none.</summary>
    public int? TermsVersion { get; init; }

    /// <summary>The code from the pack, or the free route, where the pool asks for a code; else null.</summary>
    public ProofFields? Proof { get; init; }

    /// <summary>Consents given or not.</summary>
    public IReadOnlyList<GivenConsentFields>? Consents { get; init; }

    /// <summary>Null: no captcha is asked for.</summary>
    public string? CaptchaToken { get; init; }

    /// <summary>A field that people don't see: leave it empty.</summary>
    public string? Website { get; init; }
}

/// <summary>Who enters.</summary>
public sealed record EntrantFields
{
    /// <summary>Identifies the entrant.</summary>
    public string? Email { get; init; }

    /// <summary>Given name.</summary>
    public string? FirstName { get; init; }

    /// <summary>Family name.</summary>
    public string? LastName { get; init; }

    /// <summary>Telephone number.</summary>
    public string? Phone { get; init; }

    /// <summary>Needed where the campaign has a minimum age.</summary>
    public DateOnly? DateOfBirth { get; init; }

    /// <summary>Postcode.</summary>
    public string? Postcode { get; init; }

    /// <summary>County; published with a winner's name.</summary>
    public string? County { get; init; }

    /// <summary>Two letters (ISO 3166).</summary>
    public string? Country { get; init; }
}

/// <summary>Proof of purchase, in pools that ask for a code from the pack.</summary>
public sealed record ProofFields
{
    /// <summary>The code from the pack, as typed: either case, with or without separators.</summary>
    public string? Code { get; init; }

    /// <summary>Enters by the free route, without a code, where the campaign offers it online: the chances are the same.</summary>
    public bool? Free { get; init; }
}

/// <summary>A consent, given or not.</summary>
public sealed record GivenConsentFields
{
    /// <summary>Names the consent.</summary>
    public required string Purpose { get; init; }

    /// <summary>The version of the text that was shown.</summary>
    public required int Version { get; init; }

    /// <summary>Whether it was given.</summary>
    public required bool Granted { get; init; }
}

/// <summary>Reads answers: texts as they are, numbers and booleans as their JSON text.</summary>
internal sealed class AnswersConverter : JsonConverter<ImmutableSortedDictionary<string, string>>
{
    public override ImmutableSortedDictionary<string, string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("Answers are an object.");
        }

        var answers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var value = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString()!,
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                JsonTokenType.Number => Encoding.UTF8.GetString(reader.HasValueSequence
                    ? System.Buffers.BuffersExtensions.ToArray(reader.ValueSequence)
                    : reader.ValueSpan),
                _ => throw new JsonException("An answer is a text, a number or a boolean."),
            };
            if (!answers.TryAdd(name, value))
            {
                throw new JsonException("An answer stands more than once.");
            }
        }

        return answers.ToImmutable();
    }

    public override void Write(Utf8JsonWriter writer, ImmutableSortedDictionary<string, string> value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var (name, answer) in value)
        {
            writer.WriteString(name, answer);
        }

        writer.WriteEndObject();
    }
}

/// <summary>Source-generated readers and writers of the hot path.</summary>
[JsonSerializable(typeof(EntryRequest))]
[JsonSerializable(typeof(EntryAnswer))]
internal sealed partial class EntryJson : JsonSerializerContext
{
    public static readonly EntryJson Wire = new(WireJson.Configure(new JsonSerializerOptions()));
}
