using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// What the steps of a campaign's deployment work on: the campaign, what the steps before them have come to, and behind those what the
/// steps of <paramref name="home"/> made, the provisioning that the campaign stands on.
/// </summary>
internal sealed class CampaignDeployment(
    string tenantId, string campaignId, CampaignSettings settings, string siteKey, IReadOnlyList<StepRow> steps, IReadOnlyList<StepRow>? home = null)
{
    private readonly Dictionary<string, StepRow> byName = WithHome(steps, home ?? []);

    public string TenantId { get; } = tenantId;

    public string CampaignId { get; } = campaignId;

    public CampaignSettings Settings { get; } = settings;

    public string SiteKey { get; } = siteKey;

    public string Slug => Settings.Slug!;

    /// <summary>Whether this makes what the campaign stands on, so that nothing of it has been there before.</summary>
    public bool IsFirst { get; } = home is null;

    /// <summary>The nonce of another step's intent.</summary>
    public string NonceOf(string step) => byName[step].Nonce;

    /// <summary>The stored result of an earlier step.</summary>
    public T ResultOf<T>(string step) =>
        byName[step].Result is { } json
            ? JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!
            : throw new InvalidOperationException($"The step '{step}' has no result yet.");

    /// <summary>The stored result of a step; null while it has none, or in a run that has no such step.</summary>
    public T? FindResult<T>(string step)
        where T : class =>
        byName.TryGetValue(step, out var row) && row.Result is { } json ? JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web) : null;

    /// <summary>The provider's id of what a step made, whatever that is; null while it has made nothing, or the provider gives no ids.</summary>
    public string? IdOf(string step) =>
        byName.TryGetValue(step, out var row) && row.Result is { } json ? JsonNode.Parse(json)?["id"]?.GetValue<string>() : null;

    /// <summary>In which account a step makes its part; null on this machine, before its first attempt, and where nobody knew it.</summary>
    public PartAccount? AccountOf(string step) => byName.GetValueOrDefault(step)?.Account;

    /// <summary>Whether a step began to make something that is not undone.</summary>
    public bool IsThere(string step) => byName.TryGetValue(step, out var row) && row.State is not ("pending" or "undone");

    /// <summary>What a step of this run has noted.</summary>
    internal string? NoteOf(string step) => byName[step].Note;

    internal void Note(string step, string? note) => byName[step] = byName[step] with { Note = note };

    /// <summary>Takes note of where a step stands now.</summary>
    internal void Update(StepRow step) => byName[step.Name] = step with { Note = NoteOf(step.Name) };

    private static Dictionary<string, StepRow> WithHome(IReadOnlyList<StepRow> steps, IReadOnlyList<StepRow> home)
    {
        var all = home.ToDictionary(s => s.Name);
        foreach (var own in steps)
        {
            // An own step without a result yet stands for what the home's made: the site as it is served until it is deployed anew.
            all[own.Name] = own.Result is null && all.TryGetValue(own.Name, out var made) ? own with { Result = made.Result } : own;
        }

        return all;
    }
}
