using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>What a token may do. A token that isn't known is answered 401.</summary>
public sealed record GitHubToken(string Login)
{
    /// <summary>The owners whose repositories it may see, make and change; what else is public it may read.</summary>
    public ImmutableArray<string> Owners { get; init; } = [];

    /// <summary>The private repositories that it is limited to, by full name; null for all of its owners'. An app's, or a fine-grained token's.</summary>
    public ImmutableArray<string>? Selected { get; init; }

    /// <summary>Whether GitHub tells it how many private repositories its owners have.</summary>
    public bool IsToldCounts { get; init; } = true;

    /// <summary>Whether it may delete repositories (classic: scope delete_repo; fine-grained: administration).</summary>
    public bool MayDelete { get; init; } = true;

    /// <summary>Scopes of a classic token, told in X-OAuth-Scopes; null for a fine-grained one, which tells none.</summary>
    public string? Scopes { get; init; }

    /// <summary>From when on it is answered 401; null for never.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether it is an app's, which has no user.</summary>
    public bool IsApp { get; init; }
}

/// <summary>An app, installed at one owner. Its key is the public one, as PEM.</summary>
public sealed record GitHubInstalledApp(string AppId, long Installation, string Owner, string PublicKey)
{
    /// <summary>The repositories that it is installed for, by full name; null for all.</summary>
    public ImmutableArray<string>? Selected { get; init; }
}

/// <summary>GitHub's limits, by token. The defaults are the documented ones.</summary>
public sealed record GitHubLimits
{
    /// <summary>Requests in an hour.</summary>
    public int RequestsPerHourMax { get; init; } = 5000;

    /// <summary>Points in a minute: 1 for a read, 5 for a write.</summary>
    public int PointsPerMinuteMax { get; init; } = 900;

    /// <summary>Requests in a minute that create content.</summary>
    public int ContentPerMinuteMax { get; init; } = 80;

    /// <summary>How long a minute is, for tests that don't wait for one; an hour has sixty.</summary>
    public TimeSpan Minute { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Counts what tokens use, by the double's clock.</summary>
internal sealed class GitHubMeter(TimeProvider clock)
{
    private readonly Dictionary<string, List<(DateTimeOffset At, bool IsWrite)>> _used = [];

    public GitHubLimits Limits { get; set; } = new();

    /// <summary>How many requests were refused because of a limit.</summary>
    public int Refusals { get; private set; }

    /// <summary>Counts a request; answers the refusal where it goes over a limit.</summary>
    public DoubleAnswer? Count(string token, bool isWrite)
    {
        var now = clock.GetUtcNow();
        var used = Used(token);
        used.RemoveAll(u => u.At <= now - 60 * Limits.Minute);
        var minute = used.Where(u => u.At > now - Limits.Minute).ToArray();
        if (used.Count >= Limits.RequestsPerHourMax)
        {
            Refusals++;
            return GitHubForms.Error(403, "API rate limit exceeded for this user.");
        }

        used.Add((now, isWrite));
        if (minute.Sum(u => u.IsWrite ? 5 : 1) + (isWrite ? 5 : 1) > Limits.PointsPerMinuteMax
            || (isWrite && minute.Count(u => u.IsWrite) >= Limits.ContentPerMinuteMax))
        {
            Refusals++;
            var wait = (int)Math.Ceiling((minute[0].At + Limits.Minute - now).TotalSeconds);
            return GitHubForms.Error(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.")
                .With("Retry-After", Math.Max(1, wait).ToString(CultureInfo.InvariantCulture));
        }

        return null;
    }

    /// <summary>The headers that tell of the hourly limit.</summary>
    public DoubleAnswer Tell(string token, DoubleAnswer answer)
    {
        var (used, reset) = State(token);
        return Headers(used, reset).Aggregate(answer, (told, header) => told.Headers.Any(h => h.Name == header.Name) ? told : told.With(header.Name, header.Value));
    }

    public JsonObject Overview(string token)
    {
        var (used, reset) = State(token);
        JsonObject Rate() => new() { ["limit"] = Limits.RequestsPerHourMax, ["remaining"] = Limits.RequestsPerHourMax - used, ["reset"] = reset, ["used"] = used };
        return new JsonObject { ["resources"] = new JsonObject { ["core"] = Rate(), ["search"] = Rate() }, ["rate"] = Rate() };
    }

    private IEnumerable<(string Name, string Value)> Headers(int used, long reset)
    {
        string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
        return
        [
            ("x-ratelimit-limit", Text(Limits.RequestsPerHourMax)), ("x-ratelimit-remaining", Text(Limits.RequestsPerHourMax - used)),
            ("x-ratelimit-used", Text(used)), ("x-ratelimit-reset", Text(reset)), ("x-ratelimit-resource", "core"),
        ];
    }

    private (int Used, long Reset) State(string token)
    {
        var used = Used(token);
        var from = used.Count > 0 ? used[0].At : clock.GetUtcNow();
        return (Math.Min(used.Count, Limits.RequestsPerHourMax), (from + 60 * Limits.Minute).ToUnixTimeSeconds());
    }

    private List<(DateTimeOffset At, bool IsWrite)> Used(string token) =>
        _used.TryGetValue(token, out var used) ? used : _used[token] = [];
}
