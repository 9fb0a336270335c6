using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Silo;

/// <summary>
/// Provisions and publishes the demo campaign at the first start. Its ids are fixed, so that a start cut short is gone on with and
/// never repeated.
/// </summary>
internal sealed class DemoCampaign(IGrainFactory grains, ICampaignQueries campaigns, TimeProvider clock, PlatformOptions options)
{
    private static readonly string TenantId = Ids.Format(Ids.Tenant, new Guid("01900000-0000-7000-8000-00000000de30"));
    private static readonly string CampaignId = Ids.Format(Ids.Campaign, new Guid("01900000-0000-7000-8000-00000000de31"));

    private string DoneFile => Path.Combine(options.DataFolder, "demo.done");

    /// <summary>The demo campaign as it stands when nothing more is to be done for it; null when there is none (any more).</summary>
    public async Task<CampaignView?> EnsureAsync(Action<string> tell, CancellationToken ct)
    {
        if (!File.Exists(DoneFile))
        {
            tell("Provisioning the demo campaign (its site is built: about a minute) …");
            await CreateAsync();
        }

        var campaign = await ProvisionedAsync(ct);
        if (campaign is { State: "ready", PublishedAt: null } && !File.Exists(DoneFile))
        {
            var published = await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId))
                .PublishAsync(new CampaignCommand(Actor.System));
            campaign = published.Value ?? campaign;
        }

        await File.WriteAllTextAsync(DoneFile, "", ct);
        return campaign;
    }

    private async Task CreateAsync()
    {
        await grains.GetGrain<ITenantGrain>(TenantId).CreateAsync(new CreateTenant(Actor.System, "Demo client", "demo-client"));
        var now = clock.GetUtcNow();
        await grains.GetGrain<ICampaignGrain>(GrainKeys.Campaign(TenantId, CampaignId))
            .CreateAsync(new CreateCampaign(Actor.System, Settings(now), Provision: true));
    }

    private async Task<CampaignView?> ProvisionedAsync(CancellationToken ct)
    {
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(500), clock);
        while (true)
        {
            var campaign = await campaigns.FindAsync(Scope.Of(TenantId), CampaignId, ct);
            if (campaign is not { State: "provisioning" })
            {
                return campaign;
            }

            await poll.WaitForNextTickAsync(ct);
        }
    }

    private static CampaignSettings Settings(DateTimeOffset now) => new()
    {
        Name = "Summer in Paris",
        Slug = "summer-paris",
        Providers = new ProviderChoice(), // It runs anywhere, without an account.
        OpensAt = now.AddMinutes(-1),
        ClosesAt = now.AddDays(30),
        ForecastEntries = 50_000,
        Promoter = new Promoter("Acme Ltd", "1 High Street, Leeds LS1 1AA"),
        Terms = new Terms(
            "1. Open to residents of the United Kingdom aged 18 or over. 2. One entry per person. 3. No purchase necessary. "
            + "4. Mugs are won at winning moments; everybody else receives a digital sticker. 5. One winner of the weekend in Paris is drawn "
            + "from all entries after closing. 6. Winners are told by e-mail within 14 days. This is a demonstration: nothing is delivered.",
            "Entry is free: no purchase is necessary."),
        Brand = new Brand("Win a weekend in Paris"),
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
        Draw = new DrawSettings { Name = "Final", Prizes = [new DrawPrize("Weekend in Paris")], Reserves = 2 },
    };
}
