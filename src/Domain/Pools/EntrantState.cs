using System;
using System.Collections.Generic;

namespace PrizeDraw.Domain.Pools;

/// <summary>What was done in this pool under one identity: an e-mail address, or a phone number.</summary>
public class IdentityCounts
{
    private Dictionary<PrizeId, int>? unitsByPrize;

    public int Entries { get; private set; }

    /// <summary>Prizes; gifts are not wins.</summary>
    public int Wins { get; private set; }
    public DateOnly LastDay { get; private set; }
    public int EntriesOnLastDay { get; private set; }
    public DateTimeOffset LastEnteredAt { get; private set; } = DateTimeOffset.MinValue;

    public int UnitsOf(PrizeId prize) => unitsByPrize is not null && unitsByPrize.TryGetValue(prize, out var n) ? n : 0;

    public int EntriesOn(DateOnly day) => day == LastDay ? EntriesOnLastDay : 0;

    public void Restore(int entries, int wins, DateOnly lastDay, int entriesOnLastDay, DateTimeOffset lastEnteredAt) =>
        (Entries, Wins, LastDay, EntriesOnLastDay, LastEnteredAt) = (entries, wins, lastDay, entriesOnLastDay, lastEnteredAt);

    public void RestoreUnits(PrizeId prize, int units) => (unitsByPrize ??= [])[prize] = units;

    internal void Enter(in EntryTime time, PrizeState? won)
    {
        EntriesOnLastDay = EntriesOn(time.Day) + 1;
        (LastDay, LastEnteredAt) = (time.Day, time.At);
        Entries++;
        if (won is null)
        {
            return;
        }

        RestoreUnits(won.Id, UnitsOf(won.Id) + 1);
        if (won.Kind == PrizeKind.Prize)
        {
            Wins++;
        }
    }
}

/// <summary>What one person, known by the e-mail address, has done in this pool so far.</summary>
public sealed class EntrantState(EntrantId id, byte[] personKey) : IdentityCounts
{
    public EntrantId Id { get; } = id;

    public byte[] PersonKey { get; } = personKey;
}
