using System;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Storage.Campaign.Claims;

/// <summary>Whose claims.</summary>
public sealed record ClaimAddress(string TenantId, string CampaignId, Guid Campaign);

/// <summary>
/// Ids that follow from what they name, so that what is made twice is there once. A claim's begins with the first half of its campaign's, by
/// which the campaign is found when the claim alone is named.
/// </summary>
public static class ClaimIds
{
    private const int Shared = 8;

    /// <summary>The claim of this place.</summary>
    public static Guid Of(Guid campaign, Guid draw, int position)
    {
        Span<byte> place = stackalloc byte[20];
        draw.TryWriteBytes(place, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(place[16..], position);
        Span<byte> id = stackalloc byte[16];
        campaign.TryWriteBytes(id, bigEndian: true, out _);
        SHA256.HashData(place).AsSpan(0, Shared).CopyTo(id[Shared..]);
        return Marked(id);
    }

    /// <summary>The first and the last id that a campaign of the claim can have.</summary>
    public static (Guid First, Guid Last) CampaignsOf(Guid claim)
    {
        Span<byte> id = stackalloc byte[16];
        claim.TryWriteBytes(id, bigEndian: true, out _);
        id[Shared..].Clear();
        var first = new Guid(id, bigEndian: true);
        id[Shared..].Fill(0xff);
        return (first, new Guid(id, bigEndian: true));
    }

    /// <summary>The mail that tells the winner of this; each is sent once.</summary>
    public static Guid OfMail(Guid claim, string kind)
    {
        Span<byte> id = stackalloc byte[16];
        SHA256.HashData(Encoding.ASCII.GetBytes($"{kind}/{claim:n}")).AsSpan(0, 16).CopyTo(id);
        id[6] = (byte)((id[6] & 0x0f) | 0x80);
        return Marked(id);
    }

    // The variant of RFC 9562.
    private static Guid Marked(Span<byte> id)
    {
        id[8] = (byte)((id[8] & 0x3f) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
