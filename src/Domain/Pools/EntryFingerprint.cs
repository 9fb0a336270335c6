using System;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Domain.Pools;

/// <summary>
/// A keyed hash over what makes two submissions the same: entrant, answers, terms version, consents and code, never captcha or honeypot.
/// Keyed with the person's key, so that it says nothing about the person once that key is deleted.
/// </summary>
public static class EntryFingerprint
{
    public static byte[] Of(byte[] personKey, EntryCommand command)
    {
        var text = new StringBuilder("pdv1/fingerprint", 512);
        var e = command.Entrant;
        Add(text, e.Email, e.FirstName, e.LastName, e.Phone, e.DateOfBirth?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            e.Postcode, e.County, e.Country, command.TermsVersion?.ToString(CultureInfo.InvariantCulture));
        foreach (var (name, value) in command.Answers)
        {
            Add(text, name, value);
        }

        text.Append('\u001e');
        foreach (var consent in command.Consents)
        {
            Add(text, consent.Purpose, consent.Version.ToString(CultureInfo.InvariantCulture), consent.Granted ? "1" : "0");
        }

        // Only where there is one, so that entries of before codes keep their fingerprints.
        if (command.Code is not null || command.FreeRoute || command.Channel != EntryCommand.Web)
        {
            text.Append('\u001d');
            Add(text, command.Code, command.FreeRoute ? "1" : "0", command.Channel);
        }

        return HMACSHA256.HashData(personKey, Encoding.UTF8.GetBytes(text.ToString()));
    }

    // Each part leads with its length, so that no two different lists of parts give the same text.
    private static void Add(StringBuilder text, params ReadOnlySpan<string?> parts)
    {
        foreach (var part in parts)
        {
            text.Append('\u001f');
            if (part is not null)
            {
                text.Append(part.Length).Append(':').Append(part);
            }
        }
    }
}
