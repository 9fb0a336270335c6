using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace PrizeDraw.Providers.Cloud;

/// <summary>
/// What of one call must not be told: the token, the values of fields with secret names in request and answer, and whatever looks like a
/// credential. Fields are blanked by name, and what they held is taken out of every other text too, however it is encoded there.
/// </summary>
internal sealed partial class CloudSecrets
{
    public const int TextBytesMax = 4096;

    private const string Blank = "***";

    // Shorter values would blank ordinary words; nothing that is a secret here is as short.
    private const int ValueLengthMin = 8;

    private static readonly string[] NameParts =
        ["password", "passwd", "dbpass", "secret", "token", "apikey", "privatekey", "connectionstring", "credential", "authorization", "servicerolekey", "anonkey"];

    private static readonly string[] Names = ["pass", "value", "jwt", "pem", "keymaterial", "cookie"];

    private readonly ImmutableArray<string> _further;
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);

    public CloudSecrets(CloudAccount account, CloudCall call)
    {
        _further = call.SecretFields.IsDefault ? [] : call.SecretFields;
        Learn(account.Token);
        foreach (var value in call.SecretValues.IsDefault ? [] : call.SecretValues)
        {
            Learn(value);
        }

        Learn(call.Body, IsSecret);
    }

    /// <summary>Remembers what the secret fields of an answer hold. A mere <c>value</c> there is often a name that messages need.</summary>
    public void Learn(JsonNode? answer) => Learn(answer, name => IsSecret(name) && name != "value");

    /// <summary>A document with its secret fields blanked, or a text, without any known secret; cut at <see cref="TextBytesMax"/> bytes.</summary>
    public string Tell(JsonNode? document, string prefix = "") =>
        Cut(Scrub(document is null ? prefix : prefix + Blanked(document)!.ToJsonString(Readable)));

    /// <summary>A text without any known secret.</summary>
    public string Scrub(string text)
    {
        foreach (var value in _values.OrderByDescending(value => value.Length))
        {
            text = text.Replace(value, Blank, StringComparison.Ordinal);
        }

        return CredentialPattern().Replace(text, Blank);
    }

    public static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= TextBytesMax)
        {
            return text;
        }

        const string End = " …(cut)";
        var kept = new char[TextBytesMax];
        var bytes = new byte[TextBytesMax - Encoding.UTF8.GetByteCount(End)];
        Encoding.UTF8.GetEncoder().Convert(text, bytes, flush: false, out var characters, out _, out _);
        text.CopyTo(0, kept, 0, characters);
        return new string(kept, 0, characters) + End;
    }

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private JsonNode? Blanked(JsonNode? node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field =>
            KeyValuePair.Create(field.Key, IsSecret(field.Key) && field.Value is not null ? JsonValue.Create(Blank) : Blanked(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Blanked)]),
        _ => node?.DeepClone(),
    };

    private void Learn(JsonNode? node, Func<string, bool> isSecret, bool isWithin = false)
    {
        switch (node)
        {
            case JsonObject fields:
                foreach (var (name, value) in fields)
                {
                    Learn(value, isSecret, isWithin || isSecret(name));
                }

                break;
            case JsonArray items:
                foreach (var item in items)
                {
                    Learn(item, isSecret, isWithin);
                }

                break;
            case JsonValue value when isWithin && value.TryGetValue<string>(out var text):
                Learn(text);
                break;
        }
    }

    private void Learn(string value)
    {
        if (value.Length >= ValueLengthMin)
        {
            _values.UnionWith([value, Uri.EscapeDataString(value), JsonEncodedText.Encode(value).Value, Escaped(value),
                Convert.ToBase64String(Encoding.UTF8.GetBytes(value))]);
        }
    }

    private static string Escaped(string value) => JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value;

    private bool IsSecret(string name)
    {
        var plain = name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        return NameParts.Any(part => plain.Contains(part, StringComparison.Ordinal))
            || Names.Contains(plain, StringComparer.Ordinal)
            || _further.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    // GitHub's, Supabase's and Vercel's tokens, JSON web tokens, private keys, passwords in addresses.
    [GeneratedRegex(
        @"\b(gh[pousr]_|github_pat_|sbp_|sb_secret_|sb_publishable_|vcp_|vca_)[A-Za-z0-9_]{8,}|\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*|(?<=://[^/\s:@]{1,100}:)[^@\s/]+(?=@)",
        RegexOptions.CultureInvariant)]
    private static partial Regex CredentialPattern();
}
