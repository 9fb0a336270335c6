using System;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Orleans.Runtime;

/// <summary>
/// Where the providers put a grain's state: hashes of key and state name, and the key itself. A key that reads as a hexadecimal
/// number or as 32 hexadecimal digits is stored as a number or GUID, so such keys collide; prefixed keys never do.
/// </summary>
internal readonly record struct StorageKey(int IdHash, long N0, long N1, string? Extension, int TypeHash, string Type)
{
    internal static StorageKey Of(GrainId id, string stateName)
    {
        var (n0, n1, extension, bytes) = Parse(id.Key.AsSpan());

        // The providers hash the key's bytes back to front.
        Array.Reverse(bytes);
        return new(
            (int)StableHash.ComputeHash(bytes), n0, n1, extension, (int)StableHash.ComputeHash(Encoding.UTF8.GetBytes(stateName)), stateName);
    }

    internal void Bind(NpgsqlParameterCollection parameters, string serviceId)
    {
        parameters.AddWithValue("GrainIdHash", IdHash);
        parameters.AddWithValue("GrainIdN0", N0);
        parameters.AddWithValue("GrainIdN1", N1);
        parameters.AddWithValue("GrainTypeHash", TypeHash);
        parameters.AddWithValue("GrainTypeString", Type);
        parameters.Add(new NpgsqlParameter("GrainIdExtensionString", NpgsqlDbType.Text) { Value = (object?)Extension ?? DBNull.Value });
        parameters.AddWithValue("ServiceId", serviceId);
    }

    private static (long N0, long N1, string? Extension, byte[] Bytes) Parse(ReadOnlySpan<byte> key)
    {
        if (key.Length >= 32 && (key.Length == 32 || key[32] == '+')
            && Utf8Parser.TryParse(key[..32], out Guid guid, out var guidLength, 'N') && guidLength == 32)
        {
            var bytes = guid.ToByteArray();
            return (BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8)),
                Extended(key, 32), [.. bytes, .. Rest(key, 32)]);
        }

        var plus = key.IndexOf((byte)'+');
        var digits = plus < 0 ? key : key[..plus];
        if (Utf8Parser.TryParse(digits, out long number, out var length, 'X') && length == digits.Length)
        {
            var bytes = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            return (0, number, Extended(key, digits.Length), [.. bytes, .. Rest(key, digits.Length)]);
        }

        return (0, 0, Encoding.UTF8.GetString(key), key.ToArray());
    }

    private static ReadOnlySpan<byte> Rest(ReadOnlySpan<byte> key, int plus) => key.Length > plus ? key[(plus + 1)..] : [];

    private static string? Extended(ReadOnlySpan<byte> key, int plus) => key.Length > plus ? Encoding.UTF8.GetString(key[(plus + 1)..]) : null;
}
