using System;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// The chain of what happened to a draw after its commitment: head(0) = H(commitment),
/// head(i) = H(head(i−1) ‖ H(canonical event)).
/// </summary>
public static class EventChain
{
    /// <summary>The head after one more event, given as its canonical JSON.</summary>
    public static Bytes32 Next(Bytes32 head, ReadOnlySpan<byte> canonicalEvent)
    {
        var message = new MessageWriter(stackalloc byte[2 * Bytes32.Size]);
        message.Value(head);
        message.Value(Bytes32.HashOf(canonicalEvent));
        return Bytes32.HashOf(message.Written);
    }
}
