using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Api.Entries;

/// <summary>
/// An entry that came by post, by telephone or at an event, keyed in by a manager: no code is asked for, and chances and limits are those of
/// every other entry.
/// </summary>
[Example("""
    {"channel":"post","receivedAt":"2026-12-02T10:00:00Z","pool":null,
     "entrant":{"email":"ann@example.com","firstName":"Ann","lastName":"Smith","phone":null,"dateOfBirth":"1990-05-01",
       "postcode":"LS1 4AP","county":"West Yorkshire","country":"GB"},"answers":{"favourite":"Paris"},"termsVersion":null,"consents":null}
    """)]
public sealed record KeyedEntryFields
{
    /// <summary>How it came: post, phone or event.</summary>
    [AllowedValues("post", "phone", "event")] public required string Channel { get; init; }

    /// <summary>When it was received: within the campaign's dates, not in the future, and not before a draw's end that has been frozen.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Id or name of the pool; null is the campaign's first.</summary>
    [StringLength(100)] public string? Pool { get; init; }

    /// <summary>Who enters.</summary>
    public required EntrantFields Entrant { get; init; }

    /// <summary>Answers to the form's questions by name: texts, numbers and booleans.</summary>
    [JsonConverter(typeof(AnswersConverter))]
    public ImmutableSortedDictionary<string, string>? Answers { get; init; }

    /// <summary>The version of the terms that the entrant accepted; null is the current one.</summary>
    [Range(1, 1_000_000)] public int? TermsVersion { get; init; }

    /// <summary>Consents given or not.</summary>
    [MaxLength(10)] public IReadOnlyList<GivenConsentFields>? Consents { get; init; }
}

internal static class KeyedEntry
{
    public static void Map(RouteGroupBuilder v1, ApiOptions options) =>
        v1.MapPost("/campaigns/{id}/entries", SubmitAsync).WithTags("Entries")
            .Describe("createEntry", "Key in an entry that came by post, by telephone or at an event.").For(Access.Manager)
            .Takes(options.EntryBodyMax).Answers<EntryAnswerBody>(201)
            .Fails(
                ErrorCodes.NotOpen, ErrorCodes.HasClosed, ErrorCodes.Paused, "entry.draw_frozen", ErrorCodes.EntryInvalid, "entry.terms_not_accepted", "entry.under_age",
                "entry.limit_reached");

    private static async Task<IResult> SubmitAsync(
        TheCampaign campaign, Body<KeyedEntryFields> body, Creation creation, Caller caller, IGrainFactory grains, TimeProvider clock)
    {
        var (view, entry) = (campaign.Value, body.Value);
        if (view.State is "draft" or "provisioning" or "failed" or "rolled_back" || view.Settings.Pools.IsEmpty)
        {
            return new Problem(ErrorCodes.NotOpen);
        }

        var pool = string.IsNullOrEmpty(entry.Pool)
            ? view.Settings.Pools[0]
            : view.Settings.Pools.FirstOrDefault(p => p.Id == entry.Pool || p.Name == entry.Pool);
        if (pool?.Id is null)
        {
            return Problem.At(ErrorCodes.EntryInvalid, "pool", "is no pool of this campaign.");
        }

        if (WrongTime(view.Settings, entry.ReceivedAt, clock.GetUtcNow()) is { } fault)
        {
            return Problem.At(ErrorCodes.EntryInvalid, "receivedAt", fault);
        }

        var result = await grains.GetGrain<IPrizePoolGrain>(GrainKeys.Pool(view.TenantId, view.Id, pool.Id))
            .SubmitAsync(CommandOf(entry, KeyOf(creation.Key, caller), view.Settings, caller));
        return result.Then(answer => Answer.Created($"/v1/campaigns/{view.Id}/entries", answer));
    }

    private static string? WrongTime(CampaignSettings settings, DateTimeOffset receivedAt, DateTimeOffset now) =>
        receivedAt > now ? "must not be in the future."
        : receivedAt < settings.OpensAt ? "must not be before the opening."
        : receivedAt >= settings.ClosesAt ? "must be before the closing."
        : null;

    /// <summary>
    /// The pool knows entries by their keys, whoever sent them: a manager's are apart from entrants' and from other managers', so that no
    /// one's answer is given to another.
    /// </summary>
    private static string KeyOf(string? key, Caller caller) => "keyed-" + (key is null
        ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.User.Id}\n{key}"))));

    private static SubmitEntry CommandOf(KeyedEntryFields entry, string key, CampaignSettings settings, Caller caller) => new()
    {
        IdempotencyKey = key,
        ReceivedAt = entry.ReceivedAt,
        Entrant = new EntrantData(
            entry.Entrant.Email, entry.Entrant.FirstName, entry.Entrant.LastName, entry.Entrant.Phone, entry.Entrant.DateOfBirth,
            entry.Entrant.Postcode, entry.Entrant.County, entry.Entrant.Country),
        Answers = entry.Answers ?? ImmutableSortedDictionary<string, string>.Empty,
        TermsVersion = entry.TermsVersion ?? settings.Terms?.Version,
        Consents = [.. (entry.Consents ?? []).Select(given => new GivenConsent(given.Purpose, given.Version, given.Granted))],
        FreeRoute = true,
        Channel = entry.Channel,
        KeyedBy = caller.Actor,
    };
}
