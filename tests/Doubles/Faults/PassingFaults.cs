using System.Collections.Generic;

namespace PrizeDraw.Doubles.Faults;

/// <summary>
/// What goes wrong once at any provider and is over when the call is made again. By a name for test cases; a test that runs them all at every
/// call has run every fault at every step.
/// </summary>
public static class PassingFaults
{
    public static IReadOnlyDictionary<string, Fault> All { get; } = new Dictionary<string, Fault>
    {
        ["500"] = Fault.Before(500),
        ["a proxy's 502"] = Fault.Before(502) with { Text = ("text/html", "<html>Bad gateway</html>") },
        ["503 for no seconds"] = Fault.Before(503, null, ("Retry-After", "0")),
        ["429 for no seconds"] = Fault.Before(429, null, ("Retry-After", "0")),
        ["429 until a date that has passed"] = Fault.Before(429, null, ("Retry-After", "Thu, 01 Jan 2026 00:00:00 GMT")),
        ["a reset connection, not done"] = Fault.DropBefore,
        ["a reset connection, done"] = Fault.DropAfter,
        ["500, done"] = Fault.After(500),
        ["a proxy's 504, done"] = Fault.After(504) with { Text = ("text/html", "<html>Time-out</html>") },
    };
}
