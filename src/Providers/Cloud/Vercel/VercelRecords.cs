using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>A project, as far as we need it.</summary>
/// <param name="RepositoryId">GitHub's id of the linked repository; null without a link.</param>
/// <param name="Branch">The branch that production is built from; null without a link.</param>
/// <param name="ServingId">The deployment that production serves; null before the first.</param>
internal sealed record VercelProject(string Id, string Name, long? RepositoryId, string? Branch, string? ServingId)
{
    /// <summary>The team or the person whose it is.</summary>
    public string? Account { get; init; }

    public static VercelProject Read(JsonNode? body)
    {
        var link = body.At("link");
        return new(
            VercelRead.Required(body, "id"), VercelRead.Required(body, "name"), link.Number("repoId"), link.Text("productionBranch"),
            body.Text("targets", "production", "id")) { Account = body.Text("accountId") };
    }
}

/// <summary>A variable of a project. The value of a secret one is no answer.</summary>
internal sealed record VercelVariable(string Name, string Type, string? Value, long UpdatedAt)
{
    public static VercelVariable Read(JsonNode body) => new(
        body.Text("key") ?? "", body.Text("type") ?? "", body.Text("value"), body.Number("updatedAt") ?? body.Number("createdAt") ?? 0);
}

/// <summary>A deployment, as a list or a single answer shows it.</summary>
internal sealed record VercelDeployment(string Id, string State, long CreatedAt)
{
    /// <summary>Names of our own in a deployment's meta data.</summary>
    public const string NonceMeta = "prizedrawNonce";

    public const string CommitMeta = "prizedrawCommit";

    public string? Nonce { get; init; }

    public string? Commit { get; init; }

    public bool IsAssigned { get; init; }

    public string? AssignmentError { get; init; }

    public string? Checks { get; init; }

    public string? Error { get; init; }

    public string? BlockCode { get; init; }

    public string? Page { get; init; }

    public string? Url { get; init; }

    public ImmutableArray<string> Aliases { get; init; } = [];

    public bool HasEnded => State is "READY" or "ERROR" or "CANCELED" or "BLOCKED" or "DELETED";

    /// <summary>Whether it serves its addresses, or will once its build has ended.</summary>
    public bool IsUsable => State is not ("ERROR" or "CANCELED" or "BLOCKED" or "DELETED") && AssignmentError is null && Checks != "failed";

    public bool IsComplete => State == "READY" && IsAssigned && AssignmentError is null && Checks != "failed";

    public static VercelDeployment Read(JsonNode? body)
    {
        var meta = body.At("meta");
        var aliasError = body.At("aliasError");
        return new(
            body.Text("uid") ?? VercelRead.Required(body, "id"),
            body.Text("readyState") ?? body.Text("state") ?? body.Text("status") ?? "",
            body.Number("createdAt") ?? body.Number("created") ?? 0)
        {
            Nonce = meta.Text(NonceMeta),
            Commit = body.Text("gitSource", "sha") ?? meta.Text(CommitMeta) ?? meta.Text("githubCommitSha"),
            IsAssigned = body.Holds("aliasAssigned"),
            AssignmentError = aliasError is JsonObject ? aliasError.Text("message") ?? aliasError.Text("code") ?? "no reason is given" : null,
            Checks = body.Text("checksConclusion"),
            Error = Said(body.Text("errorStep"), body.Text("errorCode"), body.Text("errorMessage")),
            BlockCode = body.Text("seatBlock", "blockCode") ?? body.Text("seatBlock", "code"),
            Page = body.Text("inspectorUrl"),
            Url = body.Text("url"),
            Aliases = body.Texts("alias"),
        };
    }

    private static string? Said(params string?[] parts) =>
        parts.Any(p => !string.IsNullOrWhiteSpace(p)) ? VercelRefusals.Clipped(string.Join(": ", parts.Where(p => !string.IsNullOrWhiteSpace(p)))) : null;
}

/// <summary>One line of a build's output.</summary>
internal sealed record VercelBuildLine(string Id, long CreatedAt, string Text)
{
    /// <summary>Lines come in two forms: with the content in a payload, and flat.</summary>
    public static VercelBuildLine Read(JsonNode body)
    {
        var payload = body.At("payload") is JsonObject inner ? inner : body;
        return new(payload.Text("id") ?? payload.Text("serial") ?? "", body.Number("created") ?? 0, payload.Text("text") ?? "");
    }
}

internal static class VercelRead
{
    /// <summary>A field without which an answer is useless. What was asked has been done: the truth is looked up.</summary>
    public static string Required(JsonNode? body, string name) => body.Text(name) ?? throw new ProviderException(
        ProviderFault.Transient, $"Vercel's answer lacks '{name}'. It is asked again; if this stays so, Vercel's API has changed.")
    {
        MayHaveHappened = true,
    };
}
