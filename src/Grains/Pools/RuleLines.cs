using System;
using System.Collections.Generic;
using System.Text;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>
/// The lines that tell what a pool's entries are judged by, each in force from a definite number on (draw protocol, "Instant win"). They
/// are chained, and each journal record names the head in force.
/// </summary>
internal sealed class RuleLines(PoolAddress address)
{
    /// <summary>The line for these rules from this number on; null when they are what the last line says.</summary>
    public AddedLine? Next(RulesChain chain, PoolRuleSet rules, long from, DateTimeOffset now)
    {
        var line = new PoolRulesLine { Pool = address.ProofName, From = from, At = now, Rules = rules };
        // Compared as they are published: what is written alike is alike.
        return chain.LastRules is { } last && PoolChangeLine.Parse(Encoding.UTF8.GetBytes(last)) is { } before
            && (line with { From = before.From, At = before.At }).Hash() == before.Hash()
            ? null
            : Append(chain, line);
    }

    /// <summary>The line for codes that were set aside.</summary>
    public AddedLine Coupons(RulesChain chain, PrizeState prize, long added, long from, DateTimeOffset now) => Append(
        chain, new PoolCouponsLine { Pool = address.ProofName, From = from, At = now, Prize = prize.Terms.PublicId, Added = added });

    /// <summary>The chain with one more line.</summary>
    public static RulesChain After(RulesChain chain, AddedLine? added) =>
        added is null ? chain : new RulesChain(added.Ordinal, added.Head, added.IsRules ? added.Line : chain.LastRules);

    /// <summary>What entries are judged by, with the prizes in the order of the campaign's table.</summary>
    public static PoolRuleSet Of(CampaignSettings settings, PoolRules rules, string[] modes, IEnumerable<RuledPrize> prizes) => new()
    {
        Modes = [.. modes],
        Prizes = [.. prizes],
        Limits = new RuledLimits(
            settings.Limits.EntriesPerEntrant, settings.Limits.EntriesPerEntrantPerDay, settings.Limits.EntryIntervalSeconds,
            settings.Limits.WinsPerEntrant, settings.Limits.EmailIdentity),
        OpensAt = rules.OpensAt,
        ClosesAt = rules.ClosesAt,
        TimeZone = settings.TimeZone,
        Paused = rules.Paused,
    };

    /// <summary>A prize as it is judged by.</summary>
    public static RuledPrize Ruled(PrizeTerms terms, CouponSupply? coupons) => new()
    {
        Id = terms.PublicId,
        Name = terms.Name,
        Kind = PrizeNames.Of(terms.Kind),
        Mode = PrizeNames.Of(terms.Mode),
        Stock = terms.Stock,
        DailyCap = terms.DailyCap,
        HourlyCap = terms.HourlyCap,
        PerEntrantMax = terms.PerEntrantMax,
        Odds = terms.Odds is { } odds ? new RuledOdds(odds.Win, odds.OutOf) : null,
        EveryNth = terms.EveryNth,
        Paused = terms.Paused,
        Coupon = coupons is null ? null : new RuledCoupon(Ids.Format(Ids.CodeBatch, coupons.Batch.Value), coupons.ExpiresAt),
    };

    private static AddedLine Append(RulesChain chain, PoolChangeLine line)
    {
        var head = line.After(chain.Head is null ? PoolChangeLine.Genesis : new Bytes32(chain.Head));
        return new AddedLine(
            chain.Lines + 1, line.From, line.At, Encoding.UTF8.GetString(line.ToCanonical()), head.ToArray(), line is PoolRulesLine);
    }
}
