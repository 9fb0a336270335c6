using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Pools;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>
/// Who enters: a few who keep coming back under every spelling of their address, some who share a phone, and new people all the time.
/// Addresses and numbers become identities by the domain's own reading of them.
/// </summary>
public sealed class RandomPeople(Random random, RandomCampaign campaign)
{
    private const int Regulars = 14;
    private static readonly DateOnly Grown = new(1990, 5, 4), Child = new(2018, 5, 4);
    private static readonly ImmutableSortedDictionary<string, string> NoAnswers = ImmutableSortedDictionary<string, string>.Empty;
    private readonly Dictionary<string, IdentityHash> identities = [];
    private readonly EmailPolicy policy = new(FoldGoogle: true, FoldOtherPlusTags: campaign.FoldPlusTags);
    private readonly string[] codes = [.. campaign.Codes.Keys];
    private int newcomers, keys, codesGiven;

    public EntryCommand Entry(PoolRules rules, DateTimeOffset at, string? key = null)
    {
        var (email, phone) = (AnyEmail(), random.Next(3) == 0 ? AnyPhone() : null);
        var code = rules.CodeRequired ? AnyCode() : random.Next(20) == 0 ? "CODE1" : null;
        return new EntryCommand
        {
            Key = key ?? "key-" + (++keys).ToString(CultureInfo.InvariantCulture),
            ReceivedAt = at,
            Entrant = new EntrantDetails(
                email, "Ann", null, phone, rules.Form.MinimumAge > 0 ? random.Next(40) == 0 ? Child : Grown : null, null, null, null),
            Answers = NoAnswers,
            TermsVersion = random.Next(60) == 0 ? rules.TermsVersion + 1 : rules.TermsVersion,
            Consents = [],
            HoneypotFilled = random.Next(60) == 0,
            Identity = ByEmail(email),
            PhoneIdentity = phone is null ? IdentityHash.None : ByPhone(phone),
            Code = code,
            FreeRoute = code is null ? random.Next(4) > 0 : random.Next(10) == 0,
            Channel = random.Next(8) == 0 ? "post" : EntryCommand.Web,
            NewEntryId = new EntryId(campaign.NewId()),
            NewEntrantId = new EntrantId(campaign.NewId()),
            NewPersonKey = NewPersonKey(),
        };
    }

    /// <summary>The same entry sent again: same key and content, received later, with randomness of its own.</summary>
    public EntryCommand Retry(EntryCommand command, DateTimeOffset at) => command with
    {
        ReceivedAt = at,
        HoneypotFilled = random.Next(20) == 0,
        NewEntryId = new EntryId(campaign.NewId()),
        NewEntrantId = new EntrantId(campaign.NewId()),
        NewPersonKey = NewPersonKey(),
    };

    private string AnyEmail()
    {
        if (random.Next(2) == 0)
        {
            return random.Next(50) == 0 ? "nobody" : $"new{++newcomers}@example.org";
        }

        var n = random.Next(Regulars);
        return n % 2 == 0
            ? random.Next(4) switch
            {
                0 => $"an.n.{n}@gmail.com",
                1 => $"Ann{n}+win@googlemail.com",
                2 => $"ann{n}@GMAIL.com",
                _ => $"ann{n}@gmail.com",
            }
            : random.Next(3) switch
            {
                0 => $"bob{n}+promo{random.Next(2)}@example.com",
                1 => $"BOB{n}@Example.com",
                _ => $"bob{n}@example.com",
            };
    }

    private string AnyPhone()
    {
        var tail = 900100 + random.Next(60);
        return random.Next(3) switch
        {
            0 => $"07700 {tail}",
            1 => $"+44 (0)7700 {tail}".Replace("(0)", "", StringComparison.Ordinal),
            _ => $"0044 7700-{tail}",
        };
    }

    private string? AnyCode() => random.Next(20) switch
    {
        0 => "",
        1 => "CODEX",
        2 or 3 => null,
        < 8 => codes[random.Next(codes.Length)],
        _ => codes[codesGiven++ % codes.Length],
    };

    private IdentityHash ByEmail(string email) => Cached(email, () =>
        EmailAddress.TryParse(email, policy, out var address, out _) ? Hash(address.Key) : IdentityHash.None);

    private IdentityHash ByPhone(string phone) => Cached(phone, () =>
        PhoneNumber.TryParse(phone, "44", out var number) ? Hash("phone:" + number.Value) : IdentityHash.None);

    private IdentityHash Cached(string typed, Func<IdentityHash> read) =>
        identities.TryGetValue(typed, out var known) ? known : identities[typed] = read();

    private static IdentityHash Hash(string text) => new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private byte[] NewPersonKey()
    {
        var key = new byte[32];
        random.NextBytes(key);
        return key;
    }
}
