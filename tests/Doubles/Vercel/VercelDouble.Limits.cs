using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <content>How often each endpoint may be asked.</content>
public sealed partial class VercelDouble
{
    /// <summary>The limit of each endpoint.</summary>
    public EndpointMeter Meter { get; } = new();

    private DoubleAnswer? OverLimit(SeenRequest request) => Meter.Count(request.Operation ?? "", Now) is { } wait ? TooMany(wait) : null;

    private DoubleAnswer TooMany(TimeSpan wait) => Problem(429, "rate_limited", "Rate limit exceeded.", ("limit", new JsonObject
        {
            ["remaining"] = 0, ["reset"] = (Now + wait).ToUnixTimeSeconds(), ["resetMs"] = (Now + wait).ToUnixTimeMilliseconds(), ["total"] = Meter.RequestsMax,
        }))
        .With("Retry-After", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture));
}
