using System;
using System.Collections.Immutable;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;

namespace PrizeDraw.Api.Tests.Fakes;

internal static class Sample
{
    public static readonly DateTimeOffset Opens = new(2026, 12, 1, 9, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Closes = new(2026, 12, 31, 23, 59, 59, TimeSpan.Zero);

    public static CampaignView Campaign(string tenantId, string slug, DateTimeOffset now) => new()
    {
        Id = Ids.New(Ids.Campaign, now), TenantId = tenantId, Version = 3, State = "live", CreatedAt = now, PublishedAt = now,
        SiteKey = "site-key-of-" + slug, SiteUrl = "https://win.example.com", DeploymentId = Ids.New(Ids.Deployment, now),
        TemplateVersion = "1.0.0",
        Settings = new CampaignSettings
        {
            Name = "Summer in Paris", Slug = slug, OpensAt = Opens, ClosesAt = Closes, AllowedOrigins = ["https://blog.example.com"],
            Promoter = new Promoter("Acme Ltd", "1 High Street"), Terms = new Terms("The terms.", null, 2),
            Form = new EntryForm { Fields = [new FormField("favourite", "Your favourite city")] },
            Consents = [new ConsentText("marketing-email", "Send me offers.", 1)],
            Pools =
            [
                new PoolSettings
                {
                    Id = Ids.New(Ids.Pool, now), Name = "Instant", Modes = ["moments"],
                    Prizes = [new PrizeSettings { Id = Ids.New(Ids.Prize, now), Name = "Mug", Stock = 100, Mode = "moments" }],
                },
                new PoolSettings { Id = Ids.New(Ids.Pool, now), Name = "Second" },
            ],
            Draw = new DrawSettings { Id = Ids.New(Ids.Draw, now), Name = "Final", Prizes = [new DrawPrize("Weekend"), new DrawPrize("Book", 3)] },
        },
    };

    public static DeploymentView Deployment(string id, string campaignId, DateTimeOffset now) => new(
        id, campaignId, "provision", "running", now, null, [new DeploymentStepView("create-database", "running", 1, now, null, null)],
        [
            new DeploymentLogLine(now, "create-database", "info", "Creating the database.", 1),
            new DeploymentLogLine(now, "create-database", "info", "supabase.create → 201 after 640 ms", 1, new DeploymentCall("supabase.create", 1, 201, "req-1", 640, "POST /v1/projects", null)),
        ])
    {
        Estimate = new DeploymentEstimate(95, 60),
    };

    public static DrawView Drawn(string id, string campaignId, DateTimeOffset now) => new(
        id, campaignId, "Final", "drawn", "committed", "one-per-person", 0, ["Weekend"], now, now, null, null, null, null, 3, 0,
        [new WinnerView(1, "winner", "Weekend", "ent_1", "provisional", "Ann Smith", "ann@example.com", "West Yorkshire")]);

    public static EntryAnswer EntryAnswer(string poolKey, SubmitEntry entry, long number) => new(
        Ids.New(Ids.Entry, entry.ReceivedAt), number, entry.ReceivedAt, new EntryOutcome("none", null, null, null), new EntryDraw(true, Closes),
        new EntryReceipt("aa", "bb", GrainKeys.Split(poolKey)[2], number, "cc", "dd", ImmutableArray.Create("ee"), "ff", "AA=="));
}
