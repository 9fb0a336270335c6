using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Draws;

namespace PrizeDraw.Grains.Draws;

/// <summary>
/// A draw that takes the place of a void one. Its commitment and certificate name that one, so that nobody can declare draws void until they
/// like one, unseen.
/// </summary>
internal static class DrawSucceeding
{
    /// <summary>Of two that are planned at once, the second is told so too.</summary>
    public static readonly Refusal SucceededAlready = new("draw.succeeded_already", "That draw has a successor already.");

    /// <summary>Why this draw can't succeed that one; null when it can.</summary>
    public static async Task<Refusal?> RefusalAsync(DrawParts parts, DrawAddress address, Guid predecessor, string level)
    {
        if (level is not ("beacon" or "observed"))
        {
            return Refuse("A draw that succeeds another is added later: it needs level beacon or observed.");
        }

        return await parts.Events.SuccessionAsync(address, predecessor, CancellationToken.None) switch
        {
            null => Refuse("There is no such draw in this campaign."),
            _ when predecessor == address.Draw => Refuse("A draw can't succeed itself."),
            { State: not "void" } => Refuse("Only a void draw is succeeded by another."),
            { Committed: false } => Refuse("That draw was void before it was committed: nothing is to be named, so plan this one simply."),
            { Successor: { } other } when other != address.Draw => SucceededAlready,
            _ => null,
        };
    }

    private static Refusal Refuse(string why) => new("draw.predecessor_invalid", why);
}
