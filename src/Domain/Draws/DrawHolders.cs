using System;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Domain.Draws;

/// <summary>A prize of a draw and who holds it.</summary>
/// <param name="Position">The winner's position that the prize was drawn for, 1 … W: it names the prize for good, and events name it.</param>
/// <param name="Prize">Its name.</param>
/// <param name="Holder">The position of the order that holds it now; null when nobody does: no reserve was left, or the draw is void.</param>
public sealed record HeldPrize(int Position, string Prize, int? Holder);

/// <summary>
/// Who holds which prize of a draw, by its order as it was drawn and what happened since. A replaced holder loses the prize for good; the next
/// reserve of the order, W + 1 first, inherits it. When the reserves that are in the order are used up nobody inherits: whoever appends the
/// event must first let the permutation go on (see <see cref="FurtherReserves"/>), and then nobody is left but where the tickets ran out.
/// </summary>
public sealed class DrawHolders
{
    private readonly HeldPrize[] prizes;
    private readonly SortedSet<int> replaced = [];
    private readonly int places;
    private int next; // the reserve that would step up; beyond the order when none is left

    private DrawHolders(IReadOnlyList<CertifiedPlace> order)
    {
        places = order.Count;
        prizes = [.. order.Where(static p => p.Role == DrawRole.Winner).Select(static p => new HeldPrize(p.Position, p.Prize!, p.Position))];
        next = prizes.Length + 1;
    }

    /// <summary>The prizes that were drawn, by position. One whose position the tickets did not reach is not among them.</summary>
    public IReadOnlyList<HeldPrize> Prizes => prizes;

    /// <summary>Positions that held a prize and lost it.</summary>
    public IReadOnlySet<int> Replaced => replaced;

    /// <summary>The position that inherits next; null when the order has no reserve left.</summary>
    public int? NextReserve => next <= places ? next : null;

    /// <summary>Whether the draw was declared void: then nobody holds anything.</summary>
    public bool IsVoid { get; private set; }

    /// <summary>How many replacements there were.</summary>
    public int Replacements { get; private set; }

    /// <summary>Who holds what by the order, in order of position from 1 and winners first, after these events, oldest first.</summary>
    /// <exception cref="ArgumentException">
    /// The order is not one, or an event can't follow those before it: a prize that is not there or that nobody holds is taken away, or a void
    /// draw goes on.
    /// </exception>
    public static DrawHolders Of(IReadOnlyList<CertifiedPlace> order, IEnumerable<DrawEvent> events)
    {
        ArgumentNullException.ThrowIfNull(order);
        ArgumentNullException.ThrowIfNull(events);
        if (order.Where((p, i) => p.Position != i + 1 || (p.Role == DrawRole.Winner && p.Prize is null)).Any()
            || order.SkipWhile(static p => p.Role == DrawRole.Winner).Any(static p => p.Role != DrawRole.Reserve))
        {
            throw new ArgumentException("The order has winners, each with a prize, then reserves, by position.", nameof(order));
        }

        var holders = new DrawHolders(order);
        foreach (var happened in events)
        {
            holders.Apply(happened);
        }

        return holders;
    }

    /// <summary>The prize that this position of the order holds; null when it holds none.</summary>
    public HeldPrize? HeldBy(int position) => Array.Find(prizes, p => p.Holder == position);

    /// <summary>
    /// How many reserves beyond the R of the rules the order of a draw must have after so many replacements, as far as the tickets reach.
    /// </summary>
    public static int FurtherReserves(int reserves, int replacements) => Math.Max(0, replacements - reserves);

    private void Apply(DrawEvent happened)
    {
        if (IsVoid && happened.Kind != DrawEventKinds.Withheld)
        {
            throw new ArgumentException($"A void draw has a further event, {happened.Kind}.");
        }

        switch (happened.Kind)
        {
            case DrawEventKinds.WinnerReplaced:
                Replace(happened.Position);
                break;
            case DrawEventKinds.Voided:
                IsVoid = true;
                Array.ForEach(prizes, p => prizes[p.Position - 1] = p with { Holder = null });
                break;
        }
    }

    private void Replace(int? position)
    {
        if (position is not { } at || at < 1 || at > prizes.Length || prizes[at - 1].Holder is not { } holder)
        {
            throw new ArgumentException($"Nobody holds the prize of position {position}.");
        }

        replaced.Add(holder);
        Replacements++;
        prizes[at - 1] = prizes[at - 1] with { Holder = NextReserve };
        next += prizes[at - 1].Holder is null ? 0 : 1;
    }
}
