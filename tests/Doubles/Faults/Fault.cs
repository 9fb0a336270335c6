using System;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Faults;

/// <summary>What the client sees of a call that goes wrong.</summary>
public enum FaultKind
{
    /// <summary>An answer other than the provider's.</summary>
    Answer,

    /// <summary>The connection is reset.</summary>
    Drop,

    /// <summary>No answer, until the client leaves or the script lets go.</summary>
    Slow,
}

/// <summary>One thing that goes wrong, before the provider does what it is asked (so that nothing is done) or after (so that it is done).</summary>
public sealed record Fault(bool IsAfter, FaultKind Kind)
{
    /// <summary>0 where the fault is no answer.</summary>
    public int Status { get; private init; }

    /// <summary>Null for the provider's own form of an error.</summary>
    public JsonNode? Body { get; private init; }

    /// <summary>What is answered in place of JSON, as a proxy in front of the provider would.</summary>
    public (string ContentType, string Content)? Text { get; init; }

    public ImmutableArray<(string Name, string Value)> Headers { get; private init; } = [];

    /// <summary>Nothing is done, the connection is reset.</summary>
    public static Fault DropBefore { get; } = new(false, FaultKind.Drop);

    /// <summary>It is done, the connection is reset.</summary>
    public static Fault DropAfter { get; } = new(true, FaultKind.Drop);

    /// <summary>Nothing is done until the script lets go; never, if the client leaves before.</summary>
    public static Fault SlowBefore { get; } = new(false, FaultKind.Slow);

    /// <summary>It is done, and answered once the script lets go.</summary>
    public static Fault SlowAfter { get; } = new(true, FaultKind.Slow);

    /// <summary>Nothing is done, this is answered.</summary>
    public static Fault Before(int status, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        new(false, FaultKind.Answer) { Status = status, Body = body, Headers = [.. headers] };

    /// <summary>It is done, and yet this is answered.</summary>
    public static Fault After(int status, JsonNode? body = null, params (string Name, string Value)[] headers) =>
        new(true, FaultKind.Answer) { Status = status, Body = body, Headers = [.. headers] };

    public override string ToString() => (Kind == FaultKind.Answer ? Status.ToString(CultureInfo.InvariantCulture) : Kind.ToString())
        + (IsAfter ? " after" : " before") + string.Concat(Headers.Select(h => $" {h.Name}: {h.Value}"));
}
