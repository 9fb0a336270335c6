using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud;

/// <summary>What one attempt brought.</summary>
/// <param name="Text">The body where it is not JSON, else null.</param>
internal sealed record CloudReply(int Status, JsonNode? Body, string? Text, string? RequestId, CloudLimits Limits)
{
    /// <inheritdoc cref="CloudAnswer.Header"/>
    public string? Header { get; init; }

    private bool IsSuccess => Status is >= 200 and <= 299;

    /// <summary>Whether the provider failed, rather than refused: it may do better next time. A success that can't be read is a failure.</summary>
    public bool HasFailed(CloudCall call) => !IsAnswer(call) && (Status is 408 or >= 500 || IsSuccess);

    /// <summary>Whether this is what the caller waits for.</summary>
    public bool IsAnswer(CloudCall call) =>
        !Limits.IsRefused && ((IsSuccess && Text is null) || (!call.Expected.IsDefaultOrEmpty && call.Expected.Contains(Status)));
}
