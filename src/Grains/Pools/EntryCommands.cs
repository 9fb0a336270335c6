using System;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Pools;
using System.Linq;

namespace PrizeDraw.Grains.Pools;

/// <summary>Turns what arrived into a domain command: names the person by a keyed hash and brings the randomness.</summary>
internal sealed class EntryCommands(byte[] identityKey, TimeProvider clock)
{
    public EntryCommand Of(SubmitEntry submitted)
    {
        var e = submitted.Entrant;
        var valid = EmailAddress.TryParse(e.Email, EmailPolicy.Default, out var email, out _);
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
            Identity = valid
                ? new IdentityHash(Convert.ToHexStringLower(HMACSHA256.HashData(identityKey, Encoding.UTF8.GetBytes(email!.Key))))
                : IdentityHash.None,
            NewEntryId = new EntryId(Guid.CreateVersion7(clock.GetUtcNow())),
            NewEntrantId = new EntrantId(Guid.CreateVersion7(clock.GetUtcNow())),
            NewPersonKey = RandomNumberGenerator.GetBytes(32),
        };
    }

    /// <summary>Instants are kept in whole milliseconds, as winning moments are.</summary>
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
