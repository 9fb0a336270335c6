using System;
using System.Buffers.Text;
using System.Collections.Immutable;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage;

/// <summary>
/// Keyset paging over version 7 UUIDs, newest first. A cursor is the last id of the page before, in base64url; clients take it
/// as it is.
/// </summary>
internal static class Cursor
{
    private const int LimitMax = 200;

    /// <summary>One more than asked for, so that the page knows whether another follows.</summary>
    public static int Fetch(int limit) => Math.Clamp(limit, 1, LimitMax) + 1;

    /// <summary>The id to go on after; null for the first page. Throws <see cref="InvalidCursorException"/>.</summary>
    public static Guid? Read(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        Span<byte> bytes = stackalloc byte[16];
        return cursor.Length == 22 && Base64Url.IsValid(cursor) && Base64Url.TryDecodeFromChars(cursor, bytes, out var written) && written == 16
            ? new Guid(bytes, bigEndian: true)
            : throw new InvalidCursorException();
    }

    /// <summary>Cuts what was fetched to the page; <paramref name="id"/> gives an item's UUID.</summary>
    public static Page<T> Cut<T>(ImmutableArray<T> fetched, int limit, Func<T, Guid> id)
    {
        var size = Math.Clamp(limit, 1, LimitMax);
        return fetched.Length <= size ? new Page<T>(fetched, null) : new Page<T>(fetched[..size], Write(id(fetched[size - 1])));
    }

    private static string Write(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));
}
