using System;

namespace PrizeDraw.Domain.Evidence;

/// <summary>What a recount came to, as it is published.</summary>
public static class RecountReport
{
    /// <summary>Canonical JSON: {at, differences, entries, first:[{number, pool, what}], holds, lines, prizes:[{awarded, pool, prize}], unbound}.</summary>
    public static byte[] ToCanonical(RecountResult result, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(result);
        var writer = new CanonicalJsonWriter().StartObject().Instant("at", at).Number("differences", result.Differences)
            .Number("entries", result.Entries).Name("first").StartArray();
        foreach (var difference in result.First)
        {
            writer.StartObject().NumberOrNull("number", difference.Number).Text("pool", difference.Pool).Text("what", difference.What).EndObject();
        }

        writer.EndArray().Name("holds").Boolean(result.Holds).Number("lines", result.Lines).Name("prizes").StartArray();
        foreach (var prize in result.Prizes)
        {
            writer.StartObject().Number("awarded", prize.Awarded).Text("pool", prize.Pool).Text("prize", prize.Prize).EndObject();
        }

        return writer.EndArray().Number("unbound", result.Unbound).EndObject().ToArray();
    }
}
