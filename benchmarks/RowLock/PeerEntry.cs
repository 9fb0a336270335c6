using System;
using System.Security.Cryptography;
using System.Text;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Benchmarks.RowLock;

/// <summary>An entry that is in order, with what is looked up and stored for it.</summary>
internal sealed record PeerEntry(SubmitEntry Sent, byte[] Identity, byte[]? PhoneIdentity, byte[] Fingerprint, DateOnly Day, DateTimeOffset Hour)
{
    public static PeerEntry Of(SubmitEntry sent, FormRules rules, byte[] identityKey)
    {
        EmailAddress.TryParse(sent.Entrant.Email, EmailPolicy.Default, out var email, out _);
        var hasPhone = PhoneNumber.TryParse(sent.Entrant.Phone, "44", out var phone);
        return new PeerEntry(
            sent, Keyed(identityKey, email!.Key), hasPhone ? Keyed(identityKey, $"phone:{phone!.Value}") : null, FingerprintOf(sent),
            rules.Calendar.DayOf(sent.ReceivedAt), rules.Calendar.HourOf(sent.ReceivedAt));
    }

    private static byte[] Keyed(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static byte[] FingerprintOf(SubmitEntry sent)
    {
        var text = new StringBuilder().Append(sent.Entrant).Append(sent.TermsVersion);
        foreach (var (name, answer) in sent.Answers)
        {
            text.Append('\0').Append(name).Append('\0').Append(answer);
        }

        foreach (var consent in sent.Consents)
        {
            text.Append('\0').Append(consent.Purpose).Append(consent.Version).Append(consent.Granted);
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>What an identity has done in the pool.</summary>
internal readonly record struct PeerCounts(long Entries, long Wins, long Today, DateTimeOffset? Last);

/// <summary>What the pool and the entrant were found to be, under the lock.</summary>
internal sealed record PeerFacts
{
    public long LastNumber { get; set; }

    public DateTimeOffset? LastEnteredAt { get; set; }

    public bool Published { get; set; }

    public bool Paused { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public (byte[] Fingerprint, long Number, DateTimeOffset At)? Known { get; set; }

    public Guid? Entrant { get; set; }

    public PeerCounts ByEmail { get; set; }

    public PeerCounts ByPhone { get; set; }

    public PeerPrize? Moment { get; set; }

    public PeerPrize? Consolation { get; set; }
}

/// <summary>A prize that may be awarded now, by its moment where it has one.</summary>
internal sealed record PeerPrize(Guid Id, string Name, string Kind, Guid? Moment);
