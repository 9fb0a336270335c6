using System;
using System.Security.Cryptography;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// References as a frozen list holds them, 32 bytes each: those of <c>PersonRefs</c> without an allocation, and those of people whose key was
/// deleted before the freeze. Ids are UUIDs in the order of their text, their public text being a prefix and 32 lower-case hex digits.
/// </summary>
public static class ListedRefs
{
    private const int Block = 64, IdDigits = 32;
    private const byte InnerPad = 0x36, OuterPad = 0x5c;

    private static ReadOnlySpan<byte> EntryLabel => "pdv1/entry\0ent_"u8;

    private static ReadOnlySpan<byte> PersonLabel => "pdv1/person"u8;

    /// <summary>HMAC(person_key, "pdv1/entry" ‖ \0 ‖ entry id). The key has 32 bytes, the entry's UUID 16.</summary>
    public static void EntryRef(ReadOnlySpan<byte> personKey, ReadOnlySpan<byte> entry, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[EntryLabel.Length + IdDigits];
        EntryLabel.CopyTo(message);
        Convert.TryToHexStringLower(entry, message[EntryLabel.Length..], out _);
        Hmac(personKey, message, destination);
    }

    /// <summary>HMAC(person_key, "pdv1/person").</summary>
    public static void PersonRef(ReadOnlySpan<byte> personKey, Span<byte> destination) => Hmac(personKey, PersonLabel, destination);

    /// <summary>
    /// H("pdv1/erased-entry" ‖ \0 ‖ entry id): without the key there is no other way to a reference that is unique and comes out the same each
    /// time. It tells nothing of the person: an entry's id is random.
    /// </summary>
    public static void ErasedEntryRef(ReadOnlySpan<byte> entry, Span<byte> destination) =>
        Hash("pdv1/erased-entry\0ent_"u8, entry, destination);

    /// <summary>H("pdv1/erased-person" ‖ \0 ‖ entrant's UUID as 32 hex digits), where no person ref was stored with the entry.</summary>
    public static void ErasedPersonRef(ReadOnlySpan<byte> entrant, Span<byte> destination) =>
        Hash("pdv1/erased-person\0"u8, entrant, destination);

    private static void Hash(ReadOnlySpan<byte> label, ReadOnlySpan<byte> id, Span<byte> destination)
    {
        Span<byte> message = stackalloc byte[label.Length + IdDigits];
        label.CopyTo(message);
        Convert.TryToHexStringLower(id, message[label.Length..], out _);
        SHA256.HashData(message, destination);
    }

    /// <summary>
    /// RFC 2104 over two plain hashes. The library's own one-shot HMAC costs nearly twice as much for messages as short as these, and there is
    /// one for each of millions of entries.
    /// </summary>
    private static void Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        if (key.Length != Bytes32.Size) throw new ArgumentException("A person's key has 32 bytes.", nameof(key));
        Span<byte> inner = stackalloc byte[Block + message.Length];
        Span<byte> outer = stackalloc byte[Block + Bytes32.Size];
        inner[..Block].Fill(InnerPad);
        outer[..Block].Fill(OuterPad);
        for (var i = 0; i < key.Length; i++)
        {
            inner[i] ^= key[i];
            outer[i] ^= key[i];
        }
        message.CopyTo(inner[Block..]);
        SHA256.HashData(inner, outer[Block..]);
        SHA256.HashData(outer, destination);
        CryptographicOperations.ZeroMemory(inner);
        CryptographicOperations.ZeroMemory(outer);
    }
}
