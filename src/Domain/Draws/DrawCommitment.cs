using System;
using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>
/// What is signed and published before the randomness exists. Signature and timestamp token are not part of it: both are over
/// its canonical JSON, and the event chain starts from its hash.
/// </summary>
public sealed record DrawCommitment
{
    /// <summary>The draw's id.</summary>
    public required string DrawId { get; init; }

    /// <summary>Root of the eligible entries.</summary>
    public required Bytes32 Root { get; init; }

    /// <summary>Root of the excluded entries.</summary>
    public required Bytes32 ExcludedRoot { get; init; }

    /// <summary>How many entries are eligible.</summary>
    public required long Eligible { get; init; }

    /// <summary>How many entries are excluded.</summary>
    public required long Excluded { get; init; }

    /// <summary>How many tickets the eligible entries have together.</summary>
    public required long Tickets { get; init; }

    /// <summary>How many different persons the eligible entries have.</summary>
    public required long Persons { get; init; }

    /// <summary>The last entry number of each pool at the freeze, by pool id; they add up to eligible + excluded.</summary>
    public required IReadOnlyDictionary<string, long> LastNumbers { get; init; }

    /// <summary>Hash of the rules.</summary>
    public required Bytes32 RulesHash { get; init; }

    /// <summary>Hash of the draw's secret.</summary>
    public required Bytes32 SecretHash { get; init; }

    /// <summary>What the randomness will prove.</summary>
    public required EvidenceLevel Level { get; init; }

    /// <summary>The beacon chain's hash; null at levels without a beacon.</summary>
    public Bytes32? ChainHash { get; init; }

    /// <summary>The beacon round; 0 at levels without a beacon.</summary>
    public long Round { get; init; }

    /// <summary>When it was made, by the platform's clock.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>Whether the draw was added after the first entry that it covers; then the level is beacon or observed.</summary>
    public bool AddedLater { get; init; }

    /// <summary>The void draw that this one succeeds, if any.</summary>
    public string? Succeeds { get; init; }

    /// <summary>The canonical JSON that is signed, witnessed and published.</summary>
    /// <exception cref="ArgumentException">Counts don't add up, or level, round, chain and "added later" contradict.</exception>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>H(commitment): what the timestamp token covers, and head(0) of the event chain.</summary>
    public Bytes32 Hash() => Write().Hash();

    private CanonicalJsonWriter Write()
    {
        Require();
        var writer = new CanonicalJsonWriter().StartObject()
            .Name("addedLater").Boolean(AddedLater)
            .Hex("chainHash", ChainHash)
            .Instant("committedAt", CommittedAt)
            .Name("counts").StartObject()
                .Number("eligible", Eligible)
                .Number("excluded", Excluded)
                .Number("persons", Persons)
                .Number("tickets", Tickets)
            .EndObject()
            .Text("drawId", DrawId)
            .Hex("excludedRoot", ExcludedRoot)
            .Name("lastNumbers").StartObject();
        var byPool = LastNumbers.OrderBy(static p => p.Key, StringComparer.Ordinal);
        foreach (var (pool, number) in byPool) writer.Number(pool, number);
        return writer.EndObject()
            .Text("level", Level.StoredName())
            .Text("protocol", "pdv1")
            .Hex("root", Root)
            .Number("round", Round)
            .Hex("rulesHash", RulesHash)
            .Hex("secretHash", SecretHash)
            .Text("succeeds", Succeeds)
            .EndObject();
    }

    private void Require()
    {
        Level.RequireRound(Round);
        if (Level.UsesBeacon() != ChainHash.HasValue)
        {
            throw new ArgumentException("A chain is named if and only if there is a beacon.");
        }
        if (AddedLater && Level is not (EvidenceLevel.Beacon or EvidenceLevel.Observed))
        {
            throw new ArgumentException($"A draw added later can't have level {Level.StoredName()}.");
        }
        if (Eligible < 0 || Excluded < 0 || Persons < 0 || Persons > Eligible || Tickets < Eligible)
        {
            throw new ArgumentException("The counts contradict each other.");
        }
        if (LastNumbers.Values.Any(static n => n < 0) || LastNumbers.Values.Sum() != Eligible + Excluded)
        {
            throw new ArgumentException("Eligible and excluded entries must add up to the pools' last entry numbers.");
        }
    }
}
