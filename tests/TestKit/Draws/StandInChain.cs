using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrizeDraw.Providers.Beacon;

namespace PrizeDraw.TestKit.Draws;

/// <summary>
/// A chain of public randomness for tests. Its rounds 1 to <see cref="SignedRounds"/> are properly signed by a key that is public on
/// purpose (what a round's signature covers is its number alone, so that they can be kept, whenever the chain begins); later ones have
/// 48 bytes that look like a signature and aren't one, which is enough for whoever checks hashes only.
/// </summary>
public sealed class StandInChain
{
    private static readonly Lazy<Kept> Rounds = new(Load);

    private StandInChain(BeaconChain chain) => Chain = chain;

    /// <summary>Rounds whose BLS signatures verify under the chain's public key.</summary>
    public static int SignedRounds => Rounds.Value.Signatures.Length;

    public BeaconChain Chain { get; }

    /// <summary>A chain whose first round appears at that instant (cut off at the second).</summary>
    public static StandInChain Beginning(DateTimeOffset genesis, int periodSeconds = 3)
    {
        var (key, seconds) = (Rounds.Value.PublicKey, genesis.ToUnixTimeSeconds());
        // As drand names its chains: period, genesis, key and the group, with the beacon's id.
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32BigEndian(numbers, periodSeconds);
        BinaryPrimitives.WriteInt64BigEndian(numbers[4..], seconds);
        byte[] named = [.. numbers, .. Convert.FromHexString(key), .. SHA256.HashData("stand-in group"u8), .. "stand-in"u8];
        return new StandInChain(
            new BeaconChain(Convert.ToHexStringLower(SHA256.HashData(named)), BeaconChain.QuicknetScheme, key, seconds, periodSeconds));
    }

    /// <summary>The round's signature in lower-case hex.</summary>
    public static string SignatureOf(long round) =>
        round <= SignedRounds ? Rounds.Value.Signatures[round - 1] : Pretended($"round {round}");

    /// <summary>48 bytes in hex that stand for the text, and sign nothing.</summary>
    internal static string Pretended(string text) => Convert.ToHexStringLower(SHA384.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>SHA-256 of the signature's bytes, in lower-case hex.</summary>
    public static string RandomnessOf(string signature) => Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(signature)));

    /// <summary>The chain's info document as relays give it: v1's names, or v2's.</summary>
    public string Info(RelayVersion version)
    {
        var info = new Dictionary<string, object>
        {
            ["public_key"] = Chain.PublicKey,
            ["period"] = Chain.PeriodSeconds,
            ["genesis_time"] = Chain.GenesisTime,
            [version == RelayVersion.V1 ? "hash" : "chain_hash"] = Chain.ChainHash,
            [version == RelayVersion.V1 ? "schemeID" : "scheme"] = Chain.Scheme,
        };
        var group = Convert.ToHexStringLower(SHA256.HashData("stand-in group"u8));
        if (version == RelayVersion.V1)
        {
            (info["groupHash"], info["metadata"]) = (group, new Dictionary<string, string> { ["beaconID"] = "stand-in" });
        }
        else
        {
            (info["genesis_seed"], info["beacon_id"]) = (group, "stand-in");
        }

        return JsonSerializer.Serialize(info);
    }

    /// <summary>Writes the info document where the platform's <c>--beacon-chain</c> reads it.</summary>
    public void WriteInfo(string path) => File.WriteAllText(path, Info(RelayVersion.V2));

    private static Kept Load()
    {
        using var stream = typeof(StandInChain).Assembly.GetManifestResourceStream("PrizeDraw.TestKit.Draws.signed-rounds.json")!;
        return JsonSerializer.Deserialize<Kept>(stream, JsonSerializerOptions.Web)!;
    }

    private sealed record Kept(string PublicKey, string[] Signatures);
}
