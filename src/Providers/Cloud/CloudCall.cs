using System.Collections.Immutable;
using System.Net.Http;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud;

/// <summary>One call of a provider's API.</summary>
/// <param name="Operation">A stable name such as <c>github.generate</c>; stands in logs.</param>
/// <param name="Path">From the first slash on, query included, percent-encoded: <see cref="CloudPath.Of"/>.</param>
public sealed record CloudCall(HttpMethod Method, string Operation, string Path)
{
    /// <summary>The request's body, or null for none.</summary>
    public JsonNode? Body { get; init; }

    /// <summary>What the call costs of the account's budget; 0 to 1000.</summary>
    public int Points { get; init; } = 1;

    /// <summary>Budget bucket within the account (an endpoint family), without the provider's name; empty for the account's own.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>
    /// Whether calling twice is as good as once. Such calls are repeated on transport errors, 408, 429 and 5xx; others only on refusals
    /// because of a limit, and on errors before anything was sent.
    /// </summary>
    public bool MayRepeat { get; init; }

    /// <summary>Statuses that are answers for the caller, not failures. 2xx always are.</summary>
    public ImmutableArray<int> Expected { get; init; } = [];

    /// <summary>Names of JSON fields, of request and answer, whose values reach no log and no exception; beside those that never do.</summary>
    public ImmutableArray<string> SecretFields { get; init; } = [];

    /// <summary>Values that reach no log and no exception either, though they stand in no field of this call: an answer may repeat them.</summary>
    public ImmutableArray<string> SecretValues { get; init; } = [];

    /// <summary>
    /// Whether the answer may tell of more than what the call is made for: of all the account's projects, its people, its plan, or of somebody
    /// else's project that has the name which is looked for. An account may serve several tenants, and each reads the log of its own
    /// deployments, so that no such answer stands there.
    /// </summary>
    public bool MayTellOfOthers { get; init; }

    /// <summary>Name of a header of the answer that the caller reads; null for none.</summary>
    public string? AnswerHeader { get; init; }

    internal bool IsRead => Method == HttpMethod.Get || Method == HttpMethod.Head;
}

/// <summary>What a provider answered: 2xx, or a status that the call expects.</summary>
/// <param name="Body">Null when the answer had none, or one that is not JSON beside a status that is no success.</param>
/// <param name="RequestId">The provider's own id of the request, for its support; null where it gives none.</param>
public sealed record CloudAnswer(int Status, JsonNode? Body, string? RequestId)
{
    /// <summary>The value of <see cref="CloudCall.AnswerHeader"/>; null where the answer has none.</summary>
    public string? Header { get; init; }

    /// <summary>The account with the token that the call was made with: what is made of the answer later must not tell that token.</summary>
    internal CloudAccount? Account { get; init; }
}
