using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using PrizeDraw.Domain.Rehearsals;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Rehearsals;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>Turns generated people into entries as the campaign's form asks for them.</summary>
internal sealed class RehearsalTraffic
{
    private static readonly string[] Words = ["Paris", "Rome", "Lisbon", "Vienna", "Bath", "York", "The seaside", "I don't mind", "Somewhere warm"];

    private readonly RehearsalRun run;
    private readonly CampaignSettings settings;
    private readonly RehearsalSeed seed;
    private readonly RehearsedEntries entries;
    private readonly (Guid Id, string Prefix)? codes;

    public RehearsalTraffic(RehearsalRun run, CampaignSettings settings, RehearsalSeed seed, IReadOnlyList<RehearsedBatch> batches)
    {
        (this.run, this.settings, this.seed) = (run, settings, seed);
        var zone = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);
        entries = new RehearsedEntries(run.Seed, run.Entries, run.Entrants, new TrafficShape(run.From, run.To, zone));
        var entryCodes = batches.Select((b, i) => (b.Id, b.Kind, Prefix: RehearsalSeed.PrefixOf(i))).Where(b => b.Kind == "entry").ToArray();
        codes = entryCodes.Length == 0 ? null : (entryCodes[0].Id, entryCodes[0].Prefix);
    }

    /// <summary>The entry with this index and the pool that it goes to. Two calls make the same one.</summary>
    public (string PoolId, SubmitEntry Entry) Of(long index)
    {
        var made = entries.Of(index);
        var pool = settings.Pools[(int)(made.Dice % (ulong)settings.Pools.Length)];
        var person = made.Person;
        return (pool.Id!, new SubmitEntry
        {
            IdempotencyKey = string.Create(CultureInfo.InvariantCulture, $"rehearsal-{run.Seed:x16}-{index}"),
            ReceivedAt = made.At,
            Entrant = new EntrantData(
                made.Fault == RehearsedFault.BadEmail ? person.Email.Replace('@', ' ') : person.Email, person.FirstName, person.LastName, person.Phone,
                BirthOf(made), person.Postcode, person.County, "GB"),
            Answers = AnswersOf(made),
            TermsVersion = made.Fault == RehearsedFault.NoTerms ? null : settings.Terms?.Version,
            Consents = [.. settings.Consents.Select((c, i) => new GivenConsent(c.Purpose, c.Version, (made.Dice >> (8 + i)) % 3 == 0))],
            HoneypotFilled = made.Fault == RehearsedFault.Honeypot,
            Code = pool.EntryCode == "required" ? CodeOf(made) : null,
        });
    }

    private DateOnly? BirthOf(RehearsedEntry made)
    {
        if (settings.Form.MinimumAge == 0)
        {
            return null;
        }

        var youngest = DateOnly.FromDateTime(made.At.UtcDateTime).AddYears(-settings.Form.MinimumAge);
        var born = made.Person.DateOfBirth <= youngest.AddDays(-2) ? made.Person.DateOfBirth : youngest.AddDays(-2);
        return made.Fault == RehearsedFault.UnderAge ? youngest.AddYears(1) : born;
    }

    private string? CodeOf(RehearsedEntry made) => codes switch
    {
        _ when made.Fault == RehearsedFault.BadCode => "TEST-0000-00000-00000",
        { } batch => seed.CodeOf(batch.Id, batch.Prefix, made.Index + 1),
        null => null,
    };

    private ImmutableSortedDictionary<string, string> AnswersOf(RehearsedEntry made)
    {
        var answers = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < settings.Form.Fields.Length; i++)
        {
            var (field, dice) = (settings.Form.Fields[i], made.Dice >> (16 + (i % 32)));
            if (field.Required || dice % 2 == 0)
            {
                answers[field.Name] = AnswerOf(field, made, dice >> 1);
            }
        }

        return answers.ToImmutable();
    }

    private static string AnswerOf(FormField field, RehearsedEntry made, ulong dice) => field.Type switch
    {
        "email" => made.Person.Email,
        "tel" => "07700 900123",
        "select" => field.Options is { IsDefaultOrEmpty: false } options ? options[(int)(dice % (ulong)options.Length)] : "",
        "checkbox" => "true",
        "date" => made.Person.DateOfBirth.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "number" => (1 + (dice % 100)).ToString(CultureInfo.InvariantCulture),
        _ => Words[dice % (ulong)Words.Length],
    };
}
