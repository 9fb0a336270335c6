using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// The outcome as an entry's answer states it; its hash stands in the receipt, so that the entrant can recompute it from what
/// they were told. An answer with other fields is hashed with <see cref="HashOf(JsonElement)"/>.
/// </summary>
/// <param name="Kind">prize, gift or none.</param>
/// <param name="PrizeId">The id of the prize or gift; null for none.</param>
/// <param name="PrizeName">Its name as shown.</param>
/// <param name="Coupon">The coupon code handed out, if any.</param>
/// <param name="ClaimUrl">Where a winner claims, if there is something to claim.</param>
public sealed record EntryOutcome(
    string Kind, string? PrizeId = null, string? PrizeName = null, string? Coupon = null, string? ClaimUrl = null)
{
    /// <summary>Canonical JSON: {claimUrl, coupon, kind, prize:{id, name} or null}, absent values as null.</summary>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>The receipt's outcomeHash.</summary>
    public Bytes32 Hash() => Write().Hash();

    /// <summary>The outcomeHash of an outcome as it stands in an answer.</summary>
    public static Bytes32 HashOf(JsonElement outcome) => CanonicalJson.HashOf(outcome);

    private CanonicalJsonWriter Write()
    {
        var writer = new CanonicalJsonWriter().StartObject()
            .Text("claimUrl", ClaimUrl)
            .Text("coupon", Coupon)
            .Text("kind", Kind)
            .Name("prize");
        writer = PrizeId is null
            ? writer.Null()
            : writer.StartObject().Text("id", PrizeId).Text("name", PrizeName).EndObject();
        return writer.EndObject();
    }
}
