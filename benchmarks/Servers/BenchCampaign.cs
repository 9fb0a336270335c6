using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace PrizeDraw.Benchmarks.Servers;

/// <summary>
/// The campaign that is entered: age gate, terms, a question, two consents, all four limits; prizes at winning moments with daily,
/// hourly and personal caps, consolation for the rest, and a draw afterwards. A trickle of moments falls due all the time.
/// </summary>
internal static class BenchCampaign
{
    /// <param name="moments">Winning moments in all, spread over the hour that begins now; four of seven are for mugs.</param>
    public static JsonObject Of(string tenantId, string slug, DateTimeOffset now, int moments) => new()
    {
        ["tenantId"] = tenantId,
        ["name"] = "Benchmark",
        ["slug"] = slug,
        ["opensAt"] = Instant(now.AddHours(-1)),
        ["closesAt"] = Instant(now.AddDays(30)),
        ["promoter"] = new JsonObject { ["name"] = "Acme Ltd", ["address"] = "1 High Street, Leeds LS1 1AA" },
        ["terms"] = new JsonObject { ["text"] = "18 or over.", ["freeRoute"] = "Entry is free." },
        ["brand"] = new JsonObject { ["headline"] = "Win", ["primaryColour"] = "#0b5fff", ["logoUrl"] = null },
        ["form"] = new JsonObject
        {
            ["minimumAge"] = 18,
            ["fields"] = new JsonArray(new JsonObject { ["name"] = "favourite", ["label"] = "Your favourite city", ["type"] = "text", ["required"] = true }),
        },
        ["limits"] = new JsonObject { ["entriesPerEntrant"] = 5, ["entriesPerEntrantPerDay"] = 2, ["entryIntervalSeconds"] = 60, ["winsPerEntrant"] = 1 },
        ["consents"] = new JsonArray(
            new JsonObject { ["purpose"] = "marketing-email", ["text"] = "Acme may send me offers." },
            new JsonObject { ["purpose"] = "partner-offers", ["text"] = "Acme's partners may send me offers." }),
        ["pools"] = new JsonArray(new JsonObject
        {
            ["name"] = "Instant",
            ["modes"] = new JsonArray("moments", "consolation"),
            ["prizes"] = new JsonArray(
                Prize("Mug", "prize", 20_000, 15_000, 12_000), Prize("T-shirt", "prize", 10_000, 8_000, 6_000), Prize("Book", "prize", 5_000, 4_000, 3_000),
                Prize("Sticker", "gift", 100_000_000, null, null)),
            ["moments"] = new JsonArray(Moments("Mug", moments * 4 / 7, now), Moments("T-shirt", moments * 2 / 7, now), Moments("Book", moments / 7, now)),
        }),
        ["draw"] = new JsonObject { ["name"] = "Final", ["prizes"] = new JsonArray("Weekend in Paris"), ["reserves"] = 2, ["rule"] = "one-per-person" },
    };

    private static JsonObject Prize(string name, string kind, long stock, int? daily, int? hourly) => new()
    {
        ["name"] = name, ["kind"] = kind, ["stock"] = stock, ["dailyCap"] = daily, ["hourlyCap"] = hourly, ["perEntrantMax"] = kind == "prize" ? 1 : 3,
        ["fulfilment"] = kind == "prize" ? "delivery" : "none",
    };

    private static JsonObject Moments(string prize, int count, DateTimeOffset now) => new()
    {
        ["generate"] = new JsonObject { ["prize"] = prize, ["count"] = count, ["from"] = Instant(now), ["to"] = Instant(now.AddHours(1)) },
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
