using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Domain.Time;

namespace PrizeDraw.Domain.Tests.Pools;

/// <summary>A pool in its surroundings: what it is judged by and what is stored of it.</summary>
public sealed class PoolWorld(Random? disorder = null)
{
    public static readonly DateTimeOffset Opens = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Noon = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Closes = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    public PoolRules Rules { get; set; } = new()
    {
        Published = true,
        Paused = false,
        ClosedAt = null,
        OpensAt = Opens,
        ClosesAt = Closes,
        Calendar = new CampaignCalendar(TimeZoneInfo.FindSystemTimeZoneById("Europe/London")),
        Limits = new EntryLimits(null, null, null, null),
        Form = new EntryFormRules(0, [], ImmutableDictionary<string, int>.Empty),
        TermsVersion = 0,
        Draws = [],
    };

    public PoolBook Book { get; } = new(disorder);

    /// <summary>A prize of this name; its ids follow from it.</summary>
    public static PrizeTerms Terms(
        string name, PrizeKind kind, AllocationMode mode, long? stock = null, int? dailyCap = null, int? perEntrantMax = null, bool paused = false) => new()
    {
        Id = new PrizeId(IdOf(name)), PublicId = "prz_" + name, Name = name, Kind = kind, Mode = mode,
        Stock = stock, DailyCap = dailyCap, PerEntrantMax = perEntrantMax, Paused = paused,
    };

    public PrizeId PrizeNamed(string name) => Book.Prizes.Single(p => p.Name == name).Id;

    /// <summary>Decides and commits these as one batch.</summary>
    public IReadOnlyList<Answer> Submit(params IReadOnlyList<EntryCommand> commands)
    {
        var (epoch, state) = Book.Take();
        var batch = new EntryBatch(state, Rules, Book.FactsOf(commands));
        var decisions = commands.Select(batch.Decide).ToArray();
        Book.Commit(epoch, batch.Accepted);
        return [.. decisions.Select((d, i) => Answer.Of(d, batch, Book, commands[i]))];
    }

    /// <summary>An id that is the same in every run.</summary>
    public static Guid IdOf(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)).AsSpan(0, 16));

    public static IdentityHash IdentityOf(string email) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("identity/" + email))));

    private static long commandsMade;

    /// <summary>A well-formed entry of this person; ids and keys are its own.</summary>
    public static EntryCommand EntryOf(string person, string key, DateTimeOffset at)
    {
        var serial = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(serial, Interlocked.Increment(ref commandsMade));
        var seed = Convert.ToHexString(serial);
        return new EntryCommand
        {
            Key = key,
            ReceivedAt = at,
            Entrant = new EntrantDetails($"{person}@example.com", person, null, null, null, null, null, null),
            Answers = ImmutableSortedDictionary<string, string>.Empty,
            TermsVersion = null,
            Consents = [],
            HoneypotFilled = false,
            Identity = IdentityOf($"{person}@example.com"),
            NewEntryId = new EntryId(IdOf("entry/" + seed)),
            NewEntrantId = new EntrantId(IdOf("entrant/" + seed)),
            NewPersonKey = SHA256.HashData(Encoding.UTF8.GetBytes("person/" + seed)),
        };
    }
}

/// <summary>What a caller is told, in a form that can be compared: alike for a fresh answer and its replays.</summary>
public sealed record Answer(string? Refusal, EntryId? Id, long Number, DateTimeOffset EnteredAt, string Outcome, PrizeId? Prize)
{
    /// <summary>Whether the answer was given before; not part of what is compared.</summary>
    public bool Replayed { get; private init; }

    /// <summary>The refusal in full; not part of what is compared.</summary>
    public DomainError? Error { get; private init; }

    public bool Equals(Answer? other) => other is not null
        && (Refusal, Id, Number, EnteredAt, Outcome, Prize) == (other.Refusal, other.Id, other.Number, other.EnteredAt, other.Outcome, other.Prize);

    public override int GetHashCode() => HashCode.Combine(Refusal, Id, Number);

    public static Answer Of(EntryDecision decision, EntryBatch batch, PoolBook book, EntryCommand command) => decision switch
    {
        EntryDecision.Accepted a => Of(batch.Accepted[a.AcceptedIndex]),
        EntryDecision.ReplayedInBatch r => Of(batch.Accepted[r.AcceptedIndex]) with { Replayed = true },
        EntryDecision.Replayed => Of(book.Find(command.Key)!) with { Replayed = true },
        EntryDecision.Refused r => new Answer(r.Error.Code, null, 0, default, "", null) { Error = r.Error },
        _ => throw new InvalidOperationException("A decision of an unknown kind."),
    };

    public static Answer Of(BookedEntry e) => new(null, e.Id, e.Number, e.EnteredAt, e.Outcome, e.Prize);

    private static Answer Of(AcceptedEntry e) => new(null, e.Id, e.Number, e.EnteredAt, e.Outcome, e.Prize?.Id);
}
