using System;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// The seed of a draw: H("pdv1/seed" ‖ \0 ‖ root ‖ rules_hash ‖ u64(round) ‖ randomness ‖ secret). The beacon stops the
/// operator choosing; the secret stops a beacon insider knowing early.
/// </summary>
public static class DrawSeed
{
    /// <summary>Derives the seed. The secret is 32 bytes; round and randomness are what the level asks for.</summary>
    /// <exception cref="ArgumentException">See <see cref="EvidenceLevels.Require"/>; or the secret has another length.</exception>
    public static Bytes32 Derive(
        EvidenceLevel level, Bytes32 root, Bytes32 rulesHash, long round,
        ReadOnlySpan<byte> randomness, ReadOnlySpan<byte> secret)
    {
        level.Require(round, randomness);
        if (secret.Length != Bytes32.Size) throw new ArgumentException("A secret has 32 bytes.", nameof(secret));
        var message = new MessageWriter(stackalloc byte[192]);
        message.Text("pdv1/seed");
        message.Byte(0);
        message.Value(root);
        message.Value(rulesHash);
        message.U64((ulong)round);
        message.Bytes(randomness);
        message.Bytes(secret);
        return Bytes32.HashOf(message.Written);
    }
}
