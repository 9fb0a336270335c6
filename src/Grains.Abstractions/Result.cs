using System.Collections.Immutable;
using Orleans;

namespace PrizeDraw.Grains.Abstractions;

/// <summary>
/// A refusal as it travels: a stable code (<c>noun.fact</c>), a sentence that says what to do, and errors by field for bad input.
/// The API maps the code to a status in one place.
/// </summary>
[GenerateSerializer, Alias("refusal")]
public sealed record Refusal(
    [property: Id(0)] string Code,
    [property: Id(1)] string Detail,
    [property: Id(2)] ImmutableSortedDictionary<string, ImmutableArray<string>>? Errors = null,
    [property: Id(3)] int? RetryAfterSeconds = null);

/// <summary>What a command led to: a value, or a refusal that changed nothing.</summary>
[GenerateSerializer, Alias("result`1")]
public sealed record Result<T>([property: Id(0)] T? Value, [property: Id(1)] Refusal? Refusal)
{
    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Refusal refusal) => new(default, refusal);
}

/// <summary>Who asks: a user's id and role, or <c>system</c> for reminders.</summary>
[GenerateSerializer, Alias("actor")]
public sealed record Actor([property: Id(0)] string Id, [property: Id(1)] string Role)
{
    public static readonly Actor System = new("system", "system");

    public bool IsSuperAdmin => Role == Roles.SuperAdmin;
}

/// <summary>The three roles of people.</summary>
public static class Roles
{
    public const string SuperAdmin = "super_admin", CampaignManager = "campaign_manager", ReadOnly = "read_only";
}

/// <summary>One page of a list, newest first. <see cref="NextCursor"/> is null on the last page.</summary>
public sealed record Page<T>(ImmutableArray<T> Items, string? NextCursor);

/// <summary>
/// Remembers requests that create something by their Idempotency-Key, so that a repeated one neither creates twice nor answers
/// otherwise. Kept for 24 hours at least.
/// </summary>
public interface IRequestKeys
{
    /// <summary>
    /// Begins a request, or finds the earlier one. <paramref name="owner"/> is the user's id; the hash covers method, path and body.
    /// </summary>
    System.Threading.Tasks.Task<RequestKey> BeginAsync(
        string owner, string key, byte[] bodyHash, System.DateTimeOffset now, System.Threading.CancellationToken ct);

    /// <summary>Stores the answer, once.</summary>
    System.Threading.Tasks.Task CompleteAsync(string owner, string key, StoredAnswer answer, System.Threading.CancellationToken ct);
}

/// <param name="NewId">
/// The UUID for what is being created: the same at each attempt with this key, so that an attempt cut short is completed, not doubled.
/// </param>
/// <param name="BodyMatches">False when the key was used with another request.</param>
/// <param name="Answer">The stored answer, when an earlier attempt got that far.</param>
public sealed record RequestKey(System.Guid NewId, bool BodyMatches, StoredAnswer? Answer);

/// <summary>A stored HTTP answer to a creating request.</summary>
public sealed record StoredAnswer(int Status, string? Location, string? ETag, string Body);

/// <summary>A list was asked to go on from a cursor that it never gave out. The API answers 422 and names the field.</summary>
public sealed class InvalidCursorException() : System.Exception("The cursor is not one that this list gave out; leave it away to start anew.");

/// <summary>
/// No connection to a database came free in time. Nothing was written; the API answers 503 with Retry-After, as it does for
/// every <see cref="System.Data.Common.DbException"/> that says of itself that it is transient.
/// </summary>
public class StorageUnavailableException(string message) : System.Exception(message);

/// <summary>The campaign is archived or decommissioned: its database is not reached, and waiting does not help.</summary>
public sealed class CampaignPutAwayException(string message) : System.Exception(message)
{
    /// <summary>Whether the data is gone: what was to be done with it later needs no doing. Otherwise it may come back.</summary>
    public bool IsForGood { get; init; }
}
