using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;

namespace PrizeDraw.Providers.Beacon;

/// <summary>
/// Reads a chain from the document that relays give at <c>/{chain}/info</c> (v1) and <c>/v2/chains/{chain}/info</c> (v2), kept as a file:
/// which chain is believed is decided by whoever runs the platform, never by a relay.
/// </summary>
public static class BeaconChainFile
{
    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public static BeaconChain Read(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var info = document.RootElement;
            return new BeaconChain(
                Either(info, "chain_hash", "hash").GetString() ?? "",
                Either(info, "scheme", "schemeID").GetString() ?? "",
                info.GetProperty("public_key").GetString() ?? "",
                info.GetProperty("genesis_time").GetInt64(),
                info.GetProperty("period").GetInt32());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException)
        {
            throw new ArgumentException($"--beacon-chain: {path} is not a chain's info document: {e.Message}", e);
        }
    }

    private static JsonElement Either(JsonElement info, string name, string orElse) =>
        info.TryGetProperty(name, out var value) ? value : info.GetProperty(orElse);
}
