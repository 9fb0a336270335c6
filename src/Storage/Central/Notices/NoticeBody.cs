using System;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using System.Text.Json;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions.Notices;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>A notice as a campaign's outbox and the central table hold it.</summary>
public sealed record NoticeBody
{
    public required string Kind { get; init; }

    /// <summary>Public id of the campaign; empty in what tells of no campaign.</summary>
    public string Campaign { get; init; } = "";

    public required DateTimeOffset At { get; init; }

    public string? Pool { get; init; }

    public string? Prize { get; init; }

    /// <summary>The prize's name.</summary>
    public string? Name { get; init; }

    public long? Stock { get; init; }

    public long? Remaining { get; init; }

    public long? Threshold { get; init; }

    /// <summary>Number of the entry at which it happened.</summary>
    public long? Number { get; init; }

    /// <summary>Added when the notice is relayed.</summary>
    public DateTimeOffset? RunsOutAt { get; init; }

    /// <summary>Public id of the deployment that it tells of.</summary>
    public string? Deployment { get; init; }

    /// <summary>What the deployment does, such as <c>provision</c>; null in what was stored before it was told.</summary>
    public string? DeploymentKind { get; init; }

    /// <summary>The deployment's steps that wait, or could not be undone.</summary>
    public string? Step { get; init; }

    /// <summary>What the provider said, for users.</summary>
    public string? Message { get; init; }

    /// <summary>Whose account it tells of.</summary>
    public string? Provider { get; init; }

    /// <summary>How many orphans there are: new ones, or those that are due.</summary>
    public int? Orphans { get; init; }

    /// <summary>How many parts are newly missing or changed.</summary>
    public int? Missing { get; init; }

    /// <summary>The custom domain that it tells of.</summary>
    public string? Domain { get; init; }

    /// <summary>Public id of the release of the template that it tells of.</summary>
    public string? Release { get; init; }

    /// <summary>The version that the release took to the sites; null for chosen commits.</summary>
    public string? Version { get; init; }

    /// <summary>What it tells of a custom domain; null for other kinds.</summary>
    public DomainNotice? ToDomain() => Domain is { } name ? new DomainNotice(name, Message) : null;

    /// <summary>What it tells of a deployment; null for other kinds.</summary>
    public DeploymentNotice? ToDeployment() => Deployment is { } id ? new DeploymentNotice(id, Step, Message) : null;

    /// <summary>What it tells of a prize's stock; null for other kinds.</summary>
    public StockNotice? ToStock() => NoticeKinds.IsOfStock(Kind)
        ? new StockNotice(Pool ?? "", Prize ?? "", Name ?? "", Stock, Remaining ?? 0, Threshold, Number, RunsOutAt)
        : null;

    public string ToJson() => JsonSerializer.Serialize(this, StorageJson.Options);

    /// <summary>False when it is not a notice that this version of the platform knows.</summary>
    public static bool TryParse(string json, [NotNullWhen(true)] out NoticeBody? body)
    {
        try
        {
            body = JsonSerializer.Deserialize<NoticeBody>(json, StorageJson.Options);
        }
        catch (JsonException)
        {
            body = null;
        }

        return body is not null && NoticeKinds.All.Contains(body.Kind, StringComparer.Ordinal);
    }
}
