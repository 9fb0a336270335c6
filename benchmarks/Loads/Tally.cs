using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>
/// What a load was answered. One thread takes all answers but perhaps a connection's first, so that the lock costs next to nothing.
/// </summary>
internal sealed class Tally(int targets)
{
    private readonly long[] acceptedBy = new long[targets];
    private readonly Dictionary<int, long> refused = [];
    private readonly Lock turn = new();
    private long accepted, lost, bodyBytes, numbers, serials;

    /// <summary>Answers 201 so far.</summary>
    public long Accepted => Volatile.Read(ref accepted);

    /// <summary>A connection broke, or its answer never came.</summary>
    public void Lose() => Interlocked.Increment(ref lost);

    /// <summary>
    /// The sums of the numbers and of the persons' serials must be those of the rows: otherwise somebody was told what isn't theirs.
    /// </summary>
    public void Take(in Answer answer, int target, long serial)
    {
        lock (turn)
        {
            if (answer.Status != 201)
            {
                refused[answer.Status] = refused.GetValueOrDefault(answer.Status) + 1;
                return;
            }

            accepted++;
            acceptedBy[target]++;
            bodyBytes += answer.BodyBytes;
            numbers += answer.Number;
            serials += serial;
        }
    }

    public JsonObject ToJson()
    {
        var others = new JsonObject();
        foreach (var (status, count) in refused)
        {
            others[$"{status}"] = count;
        }

        return new JsonObject
        {
            ["accepted"] = Accepted,
            ["lost"] = lost,
            ["refused"] = others,
            ["numbersSum"] = numbers,
            ["serialsSum"] = serials,
            ["bodyBytesMean"] = Accepted == 0 ? 0 : (double)bodyBytes / Accepted,
            ["acceptedBy"] = new JsonArray([.. System.Array.ConvertAll(acceptedBy, n => (JsonNode)n)]),
        };
    }
}
