using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using PrizeDraw.Domain.Entrants;

namespace PrizeDraw.Domain.Pools;

/// <summary>Judges what was typed against the campaign's form, age gate and terms. Every error of the form is told at once.</summary>
public static class EntryFormCheck
{
    private const int NameMax = 100, AddressPartMax = 100, PhoneMax = 30, AnswerMax = 2000;
    private const string Unstorable = "Leave out characters that cannot be written.";

    /// <summary>The first refusal in the order form, age, terms; null when there is none.</summary>
    public static DomainError? ErrorOf(PoolRules rules, EntryCommand command, DateTimeOffset enteredAt)
    {
        var errors = new List<FieldError>();
        CheckEntrant(rules.Form, command, errors);
        CheckAnswers(rules.Form, command, errors);
        CheckConsents(rules.Form, command, errors);
        var today = rules.Calendar.DayOf(enteredAt);
        if (command.Entrant.DateOfBirth is { } birth && (birth > today || birth.Year < today.Year - 130))
        {
            errors.Add(new("entrant.dateOfBirth", "Give a date of birth in the past."));
        }

        if (errors.Count > 0)
        {
            return new EntryInvalid(errors);
        }

        if (command.Entrant.DateOfBirth is { } born && rules.Form.MinimumAge > 0
            && !Age.IsAtLeast(rules.Form.MinimumAge, born, enteredAt, rules.Calendar))
        {
            return new UnderAge(rules.Form.MinimumAge);
        }

        return rules.TermsVersion > 0 && command.TermsVersion != rules.TermsVersion ? new TermsNotAccepted(rules.TermsVersion) : null;
    }

    private static void CheckEntrant(EntryFormRules form, EntryCommand command, List<FieldError> errors)
    {
        var e = command.Entrant;
        if (string.IsNullOrWhiteSpace(e.Email))
        {
            errors.Add(new("entrant.email", "Give an e-mail address."));
        }
        else if (command.Identity.IsNone)
        {
            errors.Add(new("entrant.email", "Give an e-mail address in the form name@example.com, of at most 254 characters."));
        }

        AtMost(errors, "entrant.firstName", e.FirstName, NameMax);
        AtMost(errors, "entrant.lastName", e.LastName, NameMax);
        AtMost(errors, "entrant.phone", e.Phone, PhoneMax);
        // Told once: what is too long or cannot be written has been named above.
        if (!string.IsNullOrWhiteSpace(e.Phone) && e.Phone.Length <= PhoneMax && IsStorable(e.Phone) && command.PhoneIdentity.IsNone)
        {
            errors.Add(new("entrant.phone", "Give a phone number, such as 07700 900123 or +44 7700 900123."));
        }

        AtMost(errors, "entrant.postcode", e.Postcode, AddressPartMax);
        AtMost(errors, "entrant.county", e.County, AddressPartMax);
        if (e.Country is not null && (e.Country.Length != 2 || !e.Country.All(char.IsAsciiLetterUpper)))
        {
            errors.Add(new("entrant.country", "Give the country as two capital letters, such as GB."));
        }

        if (form.MinimumAge > 0 && e.DateOfBirth is null)
        {
            errors.Add(new("entrant.dateOfBirth", "Give a date of birth."));
        }
    }

    private static void CheckAnswers(EntryFormRules form, EntryCommand command, List<FieldError> errors)
    {
        foreach (var name in command.Answers.Keys)
        {
            if (!form.Fields.Any(f => f.Name == name))
            {
                errors.Add(new($"answers.{name}", "The form has no such question."));
            }
        }

        foreach (var field in form.Fields)
        {
            var answer = command.Answers.GetValueOrDefault(field.Name);
            if (string.IsNullOrWhiteSpace(answer) || (field.Type == "checkbox" && answer == "false"))
            {
                if (field.Required)
                {
                    errors.Add(new($"answers.{field.Name}", "This question must be answered."));
                }
            }
            else if (ErrorOf(field, answer) is { } message)
            {
                errors.Add(new($"answers.{field.Name}", message));
            }
        }
    }

    private static string? ErrorOf(FieldRule field, string answer) => field.Type switch
    {
        _ when answer.Length > AnswerMax => $"At most {AnswerMax} characters.",
        _ when !IsStorable(answer) => Unstorable,
        "select" when !field.Options.Contains(answer) => "Choose one of the options.",
        "checkbox" when answer is not ("true" or "false") => "Give true or false.",
        "number" when !decimal.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out _) => "Give a number.",
        "date" when !DateOnly.TryParseExact(answer, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) =>
            "Give a date as year-month-day.",
        "email" when !answer.Contains('@', StringComparison.Ordinal) => "Give an e-mail address.",
        _ => null,
    };

    private static void CheckConsents(EntryFormRules form, EntryCommand command, List<FieldError> errors)
    {
        for (var i = 0; i < command.Consents.Length; i++)
        {
            var consent = command.Consents[i];
            if (!form.Consents.TryGetValue(consent.Purpose, out var version))
            {
                errors.Add(new($"consents[{i}].purpose", "The form asks for no such consent."));
            }
            else if (consent.Version != version)
            {
                errors.Add(new($"consents[{i}].version", $"The consent's current version is {version}."));
            }
            else if (command.Consents.Take(i).Any(c => c.Purpose == consent.Purpose))
            {
                errors.Add(new($"consents[{i}].purpose", "This consent is given twice."));
            }
        }
    }

    private static void AtMost(List<FieldError> errors, string field, string? value, int max)
    {
        if (value is not null && value.Length > max)
        {
            errors.Add(new(field, $"At most {max} characters."));
        }
        else if (value is not null && !IsStorable(value))
        {
            errors.Add(new(field, Unstorable));
        }
    }

    /// <summary>No NUL and no half of a surrogate pair: storage takes neither, and one such text would fail everybody's batch.</summary>
    private static bool IsStorable(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
