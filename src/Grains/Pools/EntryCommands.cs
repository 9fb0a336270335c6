using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>Turns what arrived into a domain command: names the person by keyed hashes and brings the randomness.</summary>
internal sealed class EntryCommands(byte[] identityKey, EmailPolicy policy, TimeProvider clock)
{
    private const int TextMax = 512;

    // A national number is read by the entrant's country where that is one of these, and as a British one otherwise. Whoever writes the
    // number with its country code is known by it in either case.
    private static readonly FrozenDictionary<string, string> CountryCodes = new Dictionary<string, string>
    {
        ["AT"] = "43", ["AU"] = "61", ["BE"] = "32", ["CH"] = "41", ["DE"] = "49", ["FR"] = "33", ["GB"] = "44", ["GG"] = "44", ["IE"] = "353",
        ["IM"] = "44", ["JE"] = "44", ["NL"] = "31", ["NZ"] = "64", ["SE"] = "46", ["ZA"] = "27",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public EntryCommand Of(SubmitEntry submitted)
    {
        var e = submitted.Entrant;
        var valid = EmailAddress.TryParse(e.Email, policy, out var email, out _);
        var now = clock.GetUtcNow();
        return new EntryCommand
        {
            Key = submitted.IdempotencyKey,
            ReceivedAt = ToMilliseconds(submitted.ReceivedAt),
            Entrant = new EntrantDetails(
                valid ? email!.Address : e.Email, e.FirstName, e.LastName, e.Phone, e.DateOfBirth, e.Postcode, e.County, e.Country),
            Answers = submitted.Answers,
            TermsVersion = submitted.TermsVersion,
            Consents = [.. submitted.Consents.Select(c => new ConsentGiven(c.Purpose, c.Version, c.Granted))],
            HoneypotFilled = submitted.HoneypotFilled,
            Identity = valid ? Hash(email!.Key) : IdentityHash.None,
            PhoneIdentity = PhoneOf(e),
            // What cannot be a code is spelled empty, which is never found: one answer, whatever is wrong with it.
            Code = string.IsNullOrEmpty(submitted.Code) ? null : CodeText.TryCanonical(submitted.Code, out var code) ? code : "",
            FreeRoute = submitted.FreeRoute,
            Channel = submitted.Channel,
            NewEntryId = new EntryId(Guid.CreateVersion7(now)),
            NewEntrantId = new EntrantId(Guid.CreateVersion7(now)),
            NewPersonKey = RandomNumberGenerator.GetBytes(32),
        };
    }

    private IdentityHash PhoneOf(EntrantData entrant) =>
        !string.IsNullOrWhiteSpace(entrant.Phone)
        && PhoneNumber.TryParse(entrant.Phone, CountryCodes.GetValueOrDefault(entrant.Country ?? "GB", "44"), out var number)
            ? Hash("phone:" + number.Value)
            : IdentityHash.None;

    private IdentityHash Hash(string text)
    {
        var size = Encoding.UTF8.GetMaxByteCount(text.Length);
        var bytes = size <= TextMax ? stackalloc byte[TextMax] : new byte[size];
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(identityKey, bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return new IdentityHash(Convert.ToHexStringLower(hash));
    }

    /// <summary>Instants are kept in whole milliseconds, as winning moments are.</summary>
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
