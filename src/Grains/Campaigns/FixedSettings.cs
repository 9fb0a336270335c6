using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Which settings are fixed in which state: what entrants were told is not changed behind their backs (CAP Code 8.17.4.e, 8.23).</summary>
internal static class FixedSettings
{
    private static readonly JsonSerializerOptions Instants = new() { Converters = { new InUtc() } };

    /// <summary>One instant has one spelling, so that another offset alone is no change.</summary>
    private sealed class InUtc : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToUniversalTime());
    }

    public static DomainError? Changed(string state, CampaignSettings before, CampaignSettings next)
    {
        var errors = new List<FieldError>();
        void Fixed(bool applies, object? was, object? becomes, string field, string message)
        {
            if (applies && JsonSerializer.Serialize(was, Instants) != JsonSerializer.Serialize(becomes, Instants))
            {
                errors.Add(new FieldError(field, message));
            }
        }

        var provisioned = state is not (CampaignLife.Draft or CampaignLife.RolledBack);
        var published = CampaignLife.IsPublished(state);
        const string OncePublished = "This is fixed once the campaign is published.";
        Fixed(provisioned, before.Slug, next.Slug, "slug", "The slug is fixed once the campaign has its site.");
        Fixed(
            provisioned, before.Providers ?? new ProviderChoice(), next.Providers ?? new ProviderChoice(), "providers",
            "Where a campaign's parts are is fixed once they are there.");
        Fixed(published, before.OpensAt, next.OpensAt, "opensAt", OncePublished);
        Fixed(published, before.ClosesAt, next.ClosesAt, "closesAt", "The closing date is fixed once the campaign is published (CAP Code 8.17.4.e).");
        Fixed(published, before.TimeZone, next.TimeZone, "timeZone", OncePublished);
        Fixed(published, before.Terms, next.Terms, "terms", "The terms are fixed once the campaign is published (CAP Code 8.23).");
        Fixed(published, before.Form, next.Form, "form", OncePublished);
        Fixed(published, before.Limits, next.Limits, "limits", OncePublished);
        Fixed(published, before.Consents, next.Consents, "consents", OncePublished);
        Fixed(published && before.Draw is not null, before.Draw, next.Draw, "draw", OncePublished);
        Fixed(
            published, before.FurtherDraws, next.FurtherDraws.Take(before.FurtherDraws.Length), "furtherDraws",
            "Draws are fixed once the campaign is published; others can be added at the end.");
        if (CampaignLife.ChangesLive(state))
        {
            var refused = LiveChanges.Refused(before, next);
            return errors.Count > 0 ? new CampaignInvalid([.. errors, .. refused]) : refused.Count > 0 ? new PoolNotChangeable(refused) : null;
        }

        Fixed(published, before.Pools, next.Pools, "pools", OncePublished);
        return errors.Count == 0 ? null : new CampaignInvalid(errors);
    }
}
