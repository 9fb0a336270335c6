using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Time;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.RowLock;

/// <summary>What an entry is judged by before anything is looked up: the form, the age gate, the terms and the dates.</summary>
internal sealed class FormRules(CampaignSettings settings)
{
    private static readonly Refusal Invalid = new("entry.invalid", "The form is not filled in as it must be.");
    private readonly Dictionary<string, int> consents = settings.Consents.ToDictionary(c => c.Purpose, c => c.Version);
    private readonly Dictionary<string, FormField> fields = settings.Form.Fields.ToDictionary(f => f.Name);

    public CampaignSettings Settings => settings;

    public CampaignCalendar Calendar { get; } = new(TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone));

    public static async Task<FormRules> LoadAsync(ICampaignQueries campaigns, string poolKey)
    {
        var parts = GrainKeys.Split(poolKey);
        var campaign = await campaigns.FindAsync(Scope.Of(parts[0]), parts[1], CancellationToken.None)
            ?? throw new InvalidOperationException("The campaign is unknown.");
        return new FormRules(campaign.Settings);
    }

    public Refusal? ErrorOf(SubmitEntry entry)
    {
        if (entry.ReceivedAt >= settings.ClosesAt)
        {
            return new Refusal("campaign.has_closed", "The campaign has closed.");
        }

        if (entry.ReceivedAt < settings.OpensAt)
        {
            return new Refusal("campaign.not_open", "The campaign has not opened.");
        }

        if (entry.HoneypotFilled)
        {
            return new Refusal("entry.not_accepted", "Try again without autofill.");
        }

        if (!IsEntrantFilledIn(entry.Entrant) || !AreAnswersFilledIn(entry.Answers) || !AreConsentsKnown(entry.Consents))
        {
            return Invalid;
        }

        if (entry.Entrant.DateOfBirth is { } born && !Age.IsAtLeast(settings.Form.MinimumAge, born, entry.ReceivedAt, Calendar))
        {
            return new Refusal("entry.under_age", "The entrant is too young.");
        }

        return settings.Terms is { } terms && entry.TermsVersion != terms.Version
            ? new Refusal("entry.terms_not_accepted", "The terms must be accepted.")
            : null;
    }

    private bool IsEntrantFilledIn(EntrantData e) =>
        EmailAddress.TryParse(e.Email, EmailPolicy.Default, out _, out _)
        && (string.IsNullOrWhiteSpace(e.Phone) || PhoneNumber.TryParse(e.Phone, "44", out _))
        && Fits(e.FirstName) && Fits(e.LastName) && Fits(e.Postcode) && Fits(e.County)
        && (e.Country is null || (e.Country.Length == 2 && e.Country.All(char.IsAsciiLetterUpper)))
        && (settings.Form.MinimumAge == 0 || e.DateOfBirth is not null);

    private bool AreAnswersFilledIn(ImmutableSortedDictionary<string, string> answers)
    {
        foreach (var (name, answer) in answers)
        {
            if (!fields.ContainsKey(name) || answer.Length > 2000)
            {
                return false;
            }
        }

        foreach (var field in fields.Values)
        {
            if (field.Required && !(answers.TryGetValue(field.Name, out var answer) && !string.IsNullOrWhiteSpace(answer)))
            {
                return false;
            }
        }

        return true;
    }

    private bool AreConsentsKnown(ImmutableArray<GivenConsent> given)
    {
        foreach (var consent in given)
        {
            if (!consents.TryGetValue(consent.Purpose, out var version) || version != consent.Version)
            {
                return false;
            }
        }

        return true;
    }

    private static bool Fits(string? text) => text is not { Length: > 100 };
}
