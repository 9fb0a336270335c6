using System;
using System.Buffers.Binary;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>
/// Seals when a winning moment falls: nobody who reads the database learns it before it is awarded. The envelope is bound to the
/// moment's row, so that one cannot be put in another's place.
/// </summary>
public sealed class MomentSeal(SecretBox box)
{
    public byte[] Seal(MomentId id, DateTimeOffset at, Bytes32 salt)
    {
        var plain = new byte[8 + Bytes32.Size];
        BinaryPrimitives.WriteInt64BigEndian(plain, at.ToUnixTimeMilliseconds());
        salt.CopyTo(plain.AsSpan(8));
        return box.Seal(plain, "moment", id.Value.ToString("n"));
    }

    public (DateTimeOffset At, Bytes32 Salt) Open(MomentId id, byte[] envelope)
    {
        var plain = box.Open(envelope, "moment", id.Value.ToString("n"));
        return (DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain)), new Bytes32(plain.AsSpan(8)));
    }
}
