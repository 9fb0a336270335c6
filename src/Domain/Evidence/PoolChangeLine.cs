using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Domain.Evidence;

/// <summary>
/// One line of what a pool's entries are judged by, in force from a definite entry number on. A pool's lines form a chain whose head
/// each journal record names, so that no rule can be put in another's place afterwards. Of lines with one number the last is in force.
/// </summary>
public abstract record PoolChangeLine
{
    /// <summary>The head before a pool's first line: 32 zero bytes.</summary>
    public static Bytes32 Genesis => Bytes32.Zero;

    /// <summary>The pool's id.</summary>
    public required string Pool { get; init; }

    /// <summary>The first entry number that is judged by it, from 1.</summary>
    public required long From { get; init; }

    /// <summary>When it was written, by the host's clock. Tells, but decides nothing.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The canonical JSON that is stored, hashed and published.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is below its least value.</exception>
    public byte[] ToCanonical() => Write().ToArray();

    /// <summary>H(line).</summary>
    public Bytes32 Hash() => Write().Hash();

    /// <summary>The chain's head after this line: H(head ‖ H(line)).</summary>
    public Bytes32 After(Bytes32 head) => EventChain.Next(head, Write().Written);

    /// <summary>Reads a line back.</summary>
    /// <exception cref="JsonException">It is not a line of this version, or not in canonical form.</exception>
    public static PoolChangeLine Parse(ReadOnlySpan<byte> canonical)
    {
        var reader = new Utf8JsonReader(canonical);
        using var document = JsonDocument.ParseValue(ref reader);
        var line = EvidenceJson.Read(() => Read(document.RootElement));
        return EvidenceJson.Read(line.ToCanonical).AsSpan().SequenceEqual(canonical)
            ? line
            : throw new JsonException("The line is not canonical, or has fields of its own.");
    }

    private protected abstract CanonicalJsonWriter Write();

    private protected void Require()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(From, 1);
    }

    private static PoolChangeLine Read(JsonElement line) => line.GetProperty("type").GetString() switch
    {
        PoolRulesLine.Type => PoolRulesLine.ReadLine(line),
        PoolCouponsLine.Type => PoolCouponsLine.ReadLine(line),
        var other => throw new JsonException($"There is no line of type '{other}'."),
    };
}

/// <summary>
/// Codes that a prize's winners can be handed from a number on, beside those of earlier lines. They are of the prize's batch, so that
/// other prizes of the pool with the same batch share them.
/// </summary>
public sealed record PoolCouponsLine : PoolChangeLine
{
    internal const string Type = "coupons";

    /// <summary>The prize's id.</summary>
    public required string Prize { get; init; }

    /// <summary>How many codes were added, at least 1.</summary>
    public required long Added { get; init; }

    private protected override CanonicalJsonWriter Write()
    {
        Require();
        ArgumentOutOfRangeException.ThrowIfLessThan(Added, 1);
        return new CanonicalJsonWriter().StartObject()
            .Number("added", Added)
            .Instant("at", At)
            .Number("from", From)
            .Text("pool", Pool)
            .Text("prize", Prize)
            .Text("type", Type)
            .EndObject();
    }

    internal static PoolCouponsLine ReadLine(JsonElement line) => new()
    {
        Pool = line.RequiredText("pool"),
        From = line.GetProperty("from").GetInt64(),
        At = line.Instant("at"),
        Prize = line.RequiredText("prize"),
        Added = line.GetProperty("added").GetInt64(),
    };
}

/// <summary>The complete rules of a pool: they replace those of the line before. A pool's first line has number 1.</summary>
public sealed record PoolRulesLine : PoolChangeLine
{
    internal const string Type = "rules";

    /// <summary>What entries are judged by.</summary>
    public required PoolRuleSet Rules { get; init; }

    private protected override CanonicalJsonWriter Write()
    {
        Require();
        var writer = new CanonicalJsonWriter().StartObject()
            .Instant("at", At)
            .Instant("closesAt", Rules.ClosesAt)
            .Number("from", From)
            .Name("limits").StartObject()
                .Text("emailIdentity", Rules.Limits.EmailIdentity)
                .NumberOrNull("entriesPerEntrant", Rules.Limits.EntriesPerEntrant)
                .NumberOrNull("entriesPerEntrantPerDay", Rules.Limits.EntriesPerEntrantPerDay)
                .NumberOrNull("entryIntervalSeconds", Rules.Limits.EntryIntervalSeconds)
                .NumberOrNull("winsPerEntrant", Rules.Limits.WinsPerEntrant)
            .EndObject()
            .Name("modes").StartArray();
        foreach (var mode in Rules.Modes) writer.Text(mode);
        writer.EndArray()
            .Instant("opensAt", Rules.OpensAt)
            .Name("paused").Boolean(Rules.Paused)
            .Text("pool", Pool)
            .Name("prizes").StartArray();
        foreach (var prize in Rules.Prizes) WritePrize(writer, prize);
        return writer.EndArray()
            .Text("timeZone", Rules.TimeZone)
            .Text("type", Type)
            .EndObject();
    }

    private static void WritePrize(CanonicalJsonWriter writer, RuledPrize prize)
    {
        writer.StartObject().Name("coupon");
        writer = prize.Coupon is { } coupon
            ? writer.StartObject().Text("batch", coupon.Batch).Instant("expiresAt", coupon.ExpiresAt).EndObject()
            : writer.Null();
        writer.NumberOrNull("dailyCap", prize.DailyCap)
            .NumberOrNull("everyNth", prize.EveryNth)
            .NumberOrNull("hourlyCap", prize.HourlyCap)
            .Text("id", prize.Id)
            .Text("kind", prize.Kind)
            .Text("mode", prize.Mode)
            .Text("name", prize.Name)
            .Name("odds");
        writer = prize.Odds is { } odds
            ? writer.StartObject().Number("outOf", odds.OutOf).Number("win", odds.Win).EndObject()
            : writer.Null();
        writer.Name("paused").Boolean(prize.Paused)
            .NumberOrNull("perEntrantMax", prize.PerEntrantMax)
            .NumberOrNull("stock", prize.Stock)
            .EndObject();
    }

    internal static PoolRulesLine ReadLine(JsonElement line)
    {
        var limits = line.GetProperty("limits");
        return new PoolRulesLine
        {
            Pool = line.RequiredText("pool"),
            From = line.GetProperty("from").GetInt64(),
            At = line.Instant("at"),
            Rules = new PoolRuleSet
            {
                Modes = [.. line.GetProperty("modes").EnumerateArray().Select(m => m.GetString()!)],
                Prizes = [.. line.GetProperty("prizes").EnumerateArray().Select(ReadPrize)],
                Limits = new RuledLimits(
                    limits.IntegerOrNull("entriesPerEntrant"), limits.IntegerOrNull("entriesPerEntrantPerDay"),
                    limits.IntegerOrNull("entryIntervalSeconds"), limits.IntegerOrNull("winsPerEntrant"), limits.RequiredText("emailIdentity")),
                OpensAt = line.Instant("opensAt"),
                ClosesAt = line.Instant("closesAt"),
                TimeZone = line.RequiredText("timeZone"),
                Paused = line.GetProperty("paused").GetBoolean(),
            },
        };
    }

    private static RuledPrize ReadPrize(JsonElement prize) => new()
    {
        Id = prize.RequiredText("id"),
        Name = prize.RequiredText("name"),
        Kind = prize.RequiredText("kind"),
        Mode = prize.RequiredText("mode"),
        Stock = prize.LongOrNull("stock"),
        DailyCap = prize.IntegerOrNull("dailyCap"),
        HourlyCap = prize.IntegerOrNull("hourlyCap"),
        PerEntrantMax = prize.IntegerOrNull("perEntrantMax"),
        Odds = prize.GetProperty("odds") is { ValueKind: JsonValueKind.Object } odds
            ? new RuledOdds(odds.GetProperty("win").GetInt64(), odds.GetProperty("outOf").GetInt64())
            : null,
        EveryNth = prize.IntegerOrNull("everyNth"),
        Paused = prize.GetProperty("paused").GetBoolean(),
        Coupon = prize.GetProperty("coupon") is { ValueKind: JsonValueKind.Object } coupon
            ? new RuledCoupon(coupon.RequiredText("batch"), coupon.InstantOrNull("expiresAt"))
            : null,
    };
}
