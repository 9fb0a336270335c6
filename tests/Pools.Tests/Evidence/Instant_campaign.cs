using PrizeDraw.TestKit;
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Storage.Campaign.Evidence;
using PrizeDraw.Storage.Central.Evidence;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit.Draws;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>A campaign of every mode, published as its grain does it: commitments first, then entries.</summary>
internal static class Instant_campaign
{
    /// <summary>Fewer coupons than there are vouchers: at the end there are none left.</summary>
    private const int CouponsMax = 15;
    private static readonly Guid Coupons = new("00000000-0000-7000-8000-00000000c0de");

    public static CampaignSettings Settings(CampaignSettings s) => s with
    {
        Limits = new Limits(EntriesPerEntrant: null, EntriesPerEntrantPerDay: 6, WinsPerEntrant: 3),
        Pools =
        [
            new PoolSettings
            {
                Name = "Instant",
                Modes = ["guaranteed", "moments", "probability", "consolation"],
                Prizes =
                [
                    new PrizeSettings { Name = "pen", Kind = "gift", Mode = "guaranteed", EveryNth = 5 },
                    new PrizeSettings { Name = "car", Stock = 12, DailyCap = 4, PerEntrantMax = 1 },
                    new PrizeSettings { Name = "trip", Mode = "probability", Stock = 3, Odds = new PrizeOdds(1, 12), HourlyCap = 1 },
                    new PrizeSettings
                    {
                        Name = "voucher", Mode = "probability", Stock = 40, Odds = new PrizeOdds(1, 7), Fulfilment = "coupon", CouponBatchId = Ids.Format(Ids.CodeBatch, Coupons),
                    },
                    new PrizeSettings { Name = "sticker", Kind = "gift", Stock = 50, PerEntrantMax = 2 },
                ],
                Moments =
                [
                    new MomentSettings(PoolHost.Opens.AddHours(1), "car"), new MomentSettings(PoolHost.Noon, "car"),
                    new MomentSettings(Generate: new GenerateMoments("car", 8, PoolHost.Opens, PoolHost.Noon, "09:00-00:00", 2)),
                    new MomentSettings(Generate: new GenerateMoments("car", 2, PoolHost.Noon.AddDays(10))),
                ],
            },
            new PoolSettings { Name = "Plain" },
        ],
    };

    public static async Task<TestCampaign> PublishAsync(PoolHost host)
    {
        var campaign = await host.AddCampaignAsync(Settings, published: false);
        await AddCouponsAsync(host, campaign);
        await PhaseAsync(host, campaign, paused: true);
        await CommitmentsOf(host, PoolHost.Opens.AddDays(-1)).CommitAsync(campaign.TenantId, campaign.Id, campaign.Settings, PoolHost.Manager);
        await PhaseAsync(host, campaign, paused: false);
        return campaign;
    }

    /// <summary>Commitments dated by the campaign's own calendar: what is committed after the first entry is worth nothing.</summary>
    public static InstantCommitments CommitmentsOf(PoolHost host, DateTimeOffset at) => new(
        host.Get<CommitmentStore>(), host.Get<PublicFiles>(), host.Get<SigningKeys>(), host.Get<IBeacon>(), host.Get<ITimestampAuthority>(), new SteppedClock(at));

    private static async Task AddCouponsAsync(PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        var id = Ids.Parse(Ids.Campaign, campaign.Id);
        await database.RunAsync("""
            insert into code_batch (campaign_id, batch_id, kind, name, prefix, pattern, source, state, count, generated, created_at)
            values ($1, $2, 'coupon', 'Coffee', 'MOCHA', '', 'imported', 'ready', $3, $3, $4)
            """, id, Coupons, (long)CouponsMax, PoolHost.Opens);
        await database.RunAsync(
            "insert into code (campaign_id, batch_id, seq, code) select $1, $2, n, 'MOCHA' || n from generate_series(1, $3) n", id, Coupons, CouponsMax);
    }

    private static async Task PhaseAsync(PoolHost host, TestCampaign campaign, bool paused)
    {
        for (var i = 0; i < campaign.Settings.Pools.Length; i++)
        {
            await host.SetPhaseAsync(campaign, i, published: true, paused);
        }
    }

    /// <summary>Entries by forty people over two weeks, with a change of the rules in between; then every pool is closed.</summary>
    public static async Task PlayAsync(PoolHost host, TestCampaign campaign, int entries)
    {
        var at = PoolHost.Opens;
        for (var i = 0; i < entries; i += 10)
        {
            // Ten at once, so that they share batches.
            await Task.WhenAll(Enumerable.Range(i, 10).Select(n => host.Pool(campaign).SubmitAsync(Entry(n, at))));
            at += TimeSpan.FromTicks((PoolHost.Noon - PoolHost.Opens).Ticks / entries * 10);
            if (i == entries / 20 * 10)
            {
                var pool = campaign.Settings.Pools[0];
                var raised = pool with { Prizes = [.. pool.Prizes.Select(p => p.Name == "trip" ? p with { Stock = 6 } : p)] };
                (await host.Pool(campaign).ChangeAsync(new ChangePool(PoolHost.Manager, raised))).Refusal.ShouldBeNull();
            }
        }

        await CloseAsync(host, campaign);
    }

    public static async Task CloseAsync(PoolHost host, TestCampaign campaign)
    {
        for (var i = 0; i < campaign.Settings.Pools.Length; i++)
        {
            (await host.Pool(campaign, i).CloseAsync(new ClosePool(Actor.System, PoolHost.Closes))).Refusal.ShouldBeNull();
        }
    }

    public static SubmitEntry Entry(int n, DateTimeOffset at) => Sent.Entry($"key-{n}", $"person{n % 40}", at) with
    {
        Entrant = new EntrantData($"person{n % 40}@example.com", "Zoëfirst", "Quillsurname", n % 3 == 0 ? $"+44770090{n % 30:d4}" : null, null, null, null, null),
    };

    public static IInstantEvidenceGrain Evidence(this PoolHost host, TestCampaign campaign) =>
        host.Get<IGrainFactory>().GetGrain<IInstantEvidenceGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));

    /// <summary>The finished file's lines and the platform's own recount, once both are there.</summary>
    public static async Task<(string[] Lines, JsonElement Check)> RevealedAsync(PoolHost host, TestCampaign campaign)
    {
        var check = await WaitForAsync(host, campaign, PublicFileNames.InstantCheck);
        var lines = await ReadAsync(host, (await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Instant, default))!);
        lines.ShouldEndWith("\n");
        return (lines[..^1].Split('\n'), JsonDocument.Parse(await ReadAsync(host, check)).RootElement);
    }

    public static async Task<string> ReadAsync(PoolHost host, PublicFile file)
    {
        using var plain = new MemoryStream();
        await host.Get<IPublicFiles>().CopyAsync(file, plain, compressed: false, default);
        var bytes = plain.ToArray();
        (bytes.LongLength, Bytes32.HashOf(bytes).ToString()).ShouldBe((file.Bytes, file.Sha256));
        using var packed = new MemoryStream();
        await host.Get<IPublicFiles>().CopyAsync(file, packed, compressed: true, default);
        packed.Position = 0;
        using var unpacked = new MemoryStream();
        await new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionMode.Decompress).CopyToAsync(unpacked);
        unpacked.ToArray().ShouldBe(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>A recount as an outsider makes it who has the lines and the platform's keys.</summary>
    public static async Task<RecountResult> RecountAsync(PoolHost host, IEnumerable<string> lines)
    {
        using var recount = new InstantRecount(
            (await host.Get<SigningKeys>().PublicKeysAsync(default)).Select(k => KeyValuePair.Create(k.KeyId, k.Spki.ToArray())));
        recount.Feed(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        return recount.Finish();
    }

    private static async Task<PublicFile> WaitForAsync(PoolHost host, TestCampaign campaign, string name) => (await Polling.UntilAsync(
        () => host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, name, default), file => file is not null, TimeSpan.FromMinutes(5)))!;
}
