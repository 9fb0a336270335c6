using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;

namespace PrizeDraw.Providers.Beacon;

/// <summary>Reads a relay's document about one round, and finds out whether it contradicts itself or the question.</summary>
internal static class RelayReading
{
    // A name given twice is one way of saying two things.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>The signature in lower-case hex, or what is wrong.</summary>
    public static (string? Signature, string Fault) Read(ReadOnlyMemory<byte> body, long round, RelayVersion version)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Judge(document.RootElement, round, version)
                : (null, "answered something else than a JSON object");
        }
        catch (JsonException)
        {
            return (null, "answered something else than JSON");
        }
    }

    private static (string? Signature, string Fault) Judge(JsonElement answer, long round, RelayVersion version)
    {
        if (!answer.TryGetProperty("round", out var number) || number.ValueKind != JsonValueKind.Number || !number.TryGetInt64(out var given))
        {
            return (null, "named no round");
        }

        if (given != round)
        {
            return (null, $"answered with round {given}");
        }

        if (HexOf(answer, "signature", BeaconChain.SignatureBytes) is not { } signature)
        {
            return (null, $"gave no signature of {BeaconChain.SignatureBytes} bytes");
        }

        var stated = answer.TryGetProperty("randomness", out _);
        if (!stated)
        {
            return version == RelayVersion.V2 ? (signature, "") : (null, "gave no randomness");
        }

        return HexOf(answer, "randomness", SHA256.HashSizeInBytes) == RandomnessOf(signature)
            ? (signature, "")
            : (null, "contradicts itself: its randomness is not the hash of its signature");
    }

    /// <summary>SHA-256 of the signature's bytes, in lower-case hex.</summary>
    public static string RandomnessOf(string signature) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(signature)));

    private static string? HexOf(JsonElement answer, string name, int bytes) =>
        answer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { } text
        && text.Length == 2 * bytes && text.All(char.IsAsciiHexDigit)
            ? text.ToLowerInvariant()
            : null;
}
