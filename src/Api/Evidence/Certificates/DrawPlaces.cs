using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>A place of the order: as it was drawn, and what it holds after the events.</summary>
/// <param name="Position">From 1.</param>
/// <param name="Drawn">The prize as it was drawn; null for a reserve.</param>
/// <param name="Holds">The prize that it holds now; null for none.</param>
/// <param name="InheritedFrom">The winner's place that it moved up to, if it did.</param>
/// <param name="Lost">Whether it lost what it held.</param>
internal sealed record DrawPlace(long Position, string Role, string? Drawn, string EntryRef, string? Holds, long? InheritedFrom, bool Lost);

/// <summary>
/// Follows a certificate's events: each replacement takes the prize of a winner's place from whoever holds it and gives it to the next reserve of
/// the order. A draw that is void, or that was withheld, has no holders.
/// </summary>
internal static class DrawPlaces
{
    public static ImmutableArray<DrawPlace> Of(JsonElement certificate)
    {
        var events = certificate.GetProperty("events").EnumerateArray().ToArray();
        var winners = certificate.Number("winners");
        var order = certificate.GetProperty("order").EnumerateArray().ToArray();
        var (holders, lost) = Follow(events, winners, order.Length);
        var isVoid = events.Any(e => e.Text("kind") == "voided");
        var held = holders.ToDictionary(pair => pair.Value, pair => pair.Key);
        return
        [
            .. order.Select(place =>
            {
                var position = place.Number("position");
                long? of = held.TryGetValue(position, out var winner) ? winner : null;
                return new DrawPlace(
                    position, place.Text("role"), place.TextOrNull("prize"), place.Text("entryRef"),
                    of is { } won && !isVoid ? order[won - 1].TextOrNull("prize") : null, of is { } other && other != position ? other : null,
                    lost.Contains(position));
            }),
        ];
    }

    // From each winner's place to the position that holds it.
    private static (Dictionary<long, long> Holders, HashSet<long> Lost) Follow(JsonElement[] events, long winners, long places)
    {
        var holders = new Dictionary<long, long>();
        for (long position = 1; position <= winners && position <= places; position++)
        {
            holders[position] = position;
        }

        var lost = new HashSet<long>();
        var next = winners + 1;
        foreach (var position in events.Where(e => e.Text("kind") == "winner-replaced").Select(e => e.Number("position")))
        {
            if (holders.Remove(position, out var holder))
            {
                lost.Add(holder);
            }

            if (next <= places)
            {
                holders[position] = next++;
            }
        }

        return (holders, lost);
    }
}
