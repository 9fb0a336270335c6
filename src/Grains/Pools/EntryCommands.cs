using System;
using System.Buffers.Binary;
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

    /// <summary>The commands of one batch of at most so many entries.</summary>
    public OfBatch ForBatch(int count) => new(this, count, clock.GetUtcNow());

    private EntryCommand Of(SubmitEntry submitted, FreshIds fresh)
    {
        var e = submitted.Entrant;
        var valid = EmailAddress.TryParse(e.Email, policy, out var email, out _);
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
            NewEntryId = new EntryId(fresh.NextId()),
            NewEntrantId = new EntrantId(fresh.NextId()),
            NewPersonKey = fresh.NextKey(),
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

    /// <summary>Commands of one batch, whose randomness was drawn at once.</summary>
    public readonly struct OfBatch(EntryCommands commands, int count, DateTimeOffset now)
    {
        private readonly FreshIds fresh = new(count, now);

        public EntryCommand Next(SubmitEntry submitted) => commands.Of(submitted, fresh);
    }

    /// <summary>Version 7 UUIDs and keys out of one draw from the system's generator: one call for each of them was costlier than all else here.</summary>
    private sealed class FreshIds(int entries, DateTimeOffset now)
    {
        private const int KeySize = 32, IdSize = 16, PerEntry = KeySize + (2 * IdSize);

        private readonly byte[] random = RandomNumberGenerator.GetBytes(entries * PerEntry);
        private readonly long milliseconds = now.ToUnixTimeMilliseconds();
        private int used;

        public byte[] NextKey() => random.AsSpan(Take(KeySize), KeySize).ToArray();

        /// <summary>RFC 9562, section 5.7: 48 bits of time, then version, variant and randomness.</summary>
        public Guid NextId()
        {
            var id = random.AsSpan(Take(IdSize), IdSize);
            BinaryPrimitives.WriteUInt16BigEndian(id, (ushort)(milliseconds >> 32));
            BinaryPrimitives.WriteUInt32BigEndian(id[2..], (uint)milliseconds);
            id[6] = (byte)(0x70 | (id[6] & 0x0f));
            id[8] = (byte)(0x80 | (id[8] & 0x3f));
            return new Guid(id, bigEndian: true);
        }

        private int Take(int size) => (used += size) - size;
    }
}
