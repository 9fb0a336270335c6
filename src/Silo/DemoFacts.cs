using System;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Silo;

/// <summary>What a demo campaign is: the first is there to be played with, the others so that a release of the template has several sites to go to.</summary>
/// <param name="DoneFile">In the data folder: nothing more is to be done for it.</param>
internal sealed record DemoFacts(Guid Id, string DoneFile, string Name, string Slug, string City, string Colour)
{
    public static readonly DemoFacts First =
        new(new Guid("01900000-0000-7000-8000-00000000de31"), "demo.done", "Summer in Paris", "summer-paris", "Paris", "#0b5fff");

    public static readonly DemoFacts[] Others =
    [
        new(new Guid("01900000-0000-7000-8000-00000000de32"), "demo-rome.done", "Autumn in Rome", "autumn-rome", "Rome", "#9a3412"),
        new(new Guid("01900000-0000-7000-8000-00000000de33"), "demo-vienna.done", "Winter in Vienna", "winter-vienna", "Vienna", "#6d28d9"),
    ];

    public CampaignSettings Settings(DateTimeOffset now) => new()
    {
        Name = Name,
        Slug = Slug,
        Providers = new ProviderChoice(), // It runs anywhere, without an account.
        OpensAt = now.AddMinutes(-1),
        ClosesAt = now.AddDays(30),
        ForecastEntries = 50_000,
        Promoter = new Promoter("Acme Ltd", "1 High Street, Leeds LS1 1AA"),
        Terms = new Terms(
            "1. Open to residents of the United Kingdom aged 18 or over. 2. One entry per person. 3. No purchase necessary. "
            + $"4. Mugs are won at winning moments; everybody else receives a digital sticker. 5. One winner of the weekend in {City} is drawn "
            + "from all entries after closing. 6. Winners are told by e-mail within 14 days. This is a demonstration: nothing is delivered.",
            "Entry is free: no purchase is necessary."),
        Brand = new Brand($"Win a weekend in {City}") { PrimaryColour = Colour },
        Form = new EntryForm { Fields = [new FormField("favourite", "Your favourite city")] },
        Consents = [new ConsentText("marketing-email", "Acme Ltd may send me offers by e-mail.")],
        Pools =
        [
            new PoolSettings
            {
                Name = "Instant",
                Modes = ["moments", "consolation"],
                Prizes =
                [
                    new PrizeSettings { Name = "Mug", Stock = 100, DailyCap = 10, PerEntrantMax = 1, Fulfilment = "delivery" },
                    new PrizeSettings { Name = "Sticker", Kind = "gift" },
                ],
                Moments = [new MomentSettings(now.AddMinutes(-1), "Mug"), new MomentSettings(Generate: new GenerateMoments("Mug", 99))],
            },
        ],
        Draw = new DrawSettings { Name = "Final", Prizes = [new DrawPrize($"Weekend in {City}")], Reserves = 2 },
    };
}
