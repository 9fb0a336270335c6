using System;
using System.Text;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Entrants;

/// <summary>
/// The pseudonyms under which a person and their entries appear in published lists, derived from 32 random bytes in the
/// entrant's row: once that key is deleted, nobody can tell whose they were. 64 lower-case hex digits each. A key of another
/// length is an <see cref="ArgumentException"/>.
/// </summary>
public static class PersonRefs
{
    /// <summary>HMAC(person_key, "pdv1/entry" ‖ \0 ‖ entry id), the id as its text.</summary>
    public static string EntryRef(ReadOnlySpan<byte> personKey, string entryId)
    {
        ArgumentException.ThrowIfNullOrEmpty(entryId);
        return Derive(personKey, "pdv1/entry\0"u8, Encoding.UTF8.GetBytes(entryId)).ToString();
    }

    /// <summary>HMAC(person_key, "pdv1/person").</summary>
    public static string PersonRef(ReadOnlySpan<byte> personKey) => Derive(personKey, "pdv1/person"u8, []).ToString();

    private static Bytes32 Derive(ReadOnlySpan<byte> personKey, ReadOnlySpan<byte> label, ReadOnlySpan<byte> rest)
    {
        if (personKey.Length != Bytes32.Size) throw new ArgumentException("A person's key has 32 bytes.", nameof(personKey));
        const int onStackMax = 256;
        var size = label.Length + rest.Length;
        var message = new MessageWriter(size <= onStackMax ? stackalloc byte[onStackMax] : new byte[size]);
        message.Bytes(label);
        message.Bytes(rest);
        return Bytes32.HmacOf(personKey, message.Written);
    }
}
