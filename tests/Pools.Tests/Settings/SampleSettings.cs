using System;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Pools.Tests.Settings;

/// <summary>Settings that lack nothing, each test spoils one thing of.</summary>
internal static class SampleSettings
{
    public static readonly DateTimeOffset Opens = new(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Closes = new(2026, 7, 1, 9, 0, 0, TimeSpan.Zero);

    public static CampaignSettings Whole { get; } = new()
    {
        Name = "Summer in Paris",
        Slug = "summer-paris",
        OpensAt = Opens,
        ClosesAt = Closes,
        AllowedOrigins = ["https://www.example.com", "http://localhost:3000"],
        Promoter = new Promoter("Acme Ltd", "1 High Street, London"),
        Terms = new Terms("Be fair."),
        Brand = new Brand("Win!", "#0b5fff", "https://cdn.example.com/logo.png"),
        Form = new EntryForm { Fields = [new FormField("colour", "Colour?", "select", true, ["red", "green"]), new FormField("why", "Why?")] },
        Consents = [new ConsentText("news", "Send me news.")],
        Pools =
        [
            new PoolSettings
            {
                Id = "pool_1",
                Name = "Entries",
                Modes = ["moments", "consolation"],
                Prizes = [new PrizeSettings { Id = "prz_1", Name = "car", Stock = 2 }, new PrizeSettings { Id = "prz_2", Name = "mug", Kind = "gift" }],
                Moments = [new MomentSettings(Opens.AddDays(1), "car"), new MomentSettings(Generate: new GenerateMoments("car", 1))],
            },
        ],
        Draw = new DrawSettings { Name = "Main draw", Prizes = [new DrawPrize("holiday", 2)], Reserves = 3 },
    };

    public static PoolSettings Pool => Whole.Pools[0];

    public static CampaignSettings With(PoolSettings pool) => Whole with { Pools = [pool] };

    public static CampaignSettings With(PrizeSettings prize, MomentSettings? moment = null) =>
        With(Pool with { Prizes = [prize], Moments = moment is null ? [] : [moment] });

    public static CampaignSettings With(DrawSettings draw) => Whole with { Draw = draw };
}
