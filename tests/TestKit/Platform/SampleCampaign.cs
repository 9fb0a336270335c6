using System;
using System.Globalization;
using System.Text.Json.Nodes;

namespace PrizeDraw.TestKit.Platform;

/// <summary>Requests as a campaign manager and an entrant would send them.</summary>
public static class SampleCampaign
{
    /// <summary>A complete campaign, open now: mugs at winning moments that are all due, stickers for the rest, one draw.</summary>
    public static JsonObject Of(string tenantId, string slug, DateTimeOffset opensAt, DateTimeOffset closesAt, int mugs = 20, int? dailyCap = null) => new()
    {
        ["tenantId"] = tenantId,
        ["name"] = "Summer in Paris",
        ["slug"] = slug,
        ["opensAt"] = Instant(opensAt),
        ["closesAt"] = Instant(closesAt),
        ["promoter"] = new JsonObject { ["name"] = "Acme Ltd", ["address"] = "1 High Street, Leeds LS1 1AA" },
        ["terms"] = new JsonObject { ["text"] = "One entry each. 18 or over.", ["freeRoute"] = "Entry is free." },
        ["brand"] = new JsonObject { ["headline"] = "Win a weekend in Paris", ["primaryColour"] = "#0b5fff", ["logoUrl"] = null },
        ["form"] = new JsonObject
        {
            ["minimumAge"] = 18,
            ["fields"] = new JsonArray(new JsonObject
            {
                ["name"] = "favourite", ["label"] = "Your favourite city", ["type"] = "text", ["required"] = false,
            }),
        },
        ["limits"] = new JsonObject { ["entriesPerEntrant"] = 1, ["winsPerEntrant"] = 1 },
        ["consents"] = new JsonArray(new JsonObject { ["purpose"] = "marketing-email", ["text"] = "Acme may send me offers." }),
        ["pools"] = new JsonArray(new JsonObject
        {
            ["name"] = "Instant",
            ["modes"] = new JsonArray("moments", "consolation"),
            ["prizes"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "Mug", ["kind"] = "prize", ["stock"] = mugs, ["dailyCap"] = dailyCap, ["perEntrantMax"] = 1, ["fulfilment"] = "delivery",
                },
                new JsonObject { ["name"] = "Sticker", ["kind"] = "gift", ["stock"] = null, ["fulfilment"] = "none" }),
            ["moments"] = new JsonArray(new JsonObject
            {
                ["generate"] = new JsonObject
                {
                    ["prize"] = "Mug", ["count"] = mugs, ["from"] = Instant(opensAt.AddHours(-2)), ["to"] = Instant(opensAt.AddHours(-1)),
                },
            }),
        }),
        ["draw"] = new JsonObject { ["name"] = "Final", ["prizes"] = new JsonArray("Weekend in Paris"), ["reserves"] = 2, ["rule"] = "one-per-person" },
    };

    /// <summary>An acceptable entry of this person.</summary>
    public static JsonObject Entry(string email, string lastName = "Smith") => new()
    {
        ["pool"] = null,
        ["entrant"] = new JsonObject
        {
            ["email"] = email, ["firstName"] = "Ann", ["lastName"] = lastName, ["phone"] = null, ["dateOfBirth"] = "1990-05-01",
            ["postcode"] = "LS1 4AP", ["county"] = "West Yorkshire", ["country"] = "GB",
        },
        ["answers"] = new JsonObject { ["favourite"] = "Paris" },
        ["termsVersion"] = 1,
        ["proof"] = null,
        ["consents"] = new JsonArray(new JsonObject { ["purpose"] = "marketing-email", ["version"] = 1, ["granted"] = false }),
        ["captchaToken"] = null,
        ["website"] = "",
    };

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
