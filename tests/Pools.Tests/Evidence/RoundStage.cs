using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Evidence;

/// <summary>Campaigns that are ready to be published by their own grain, on hosts with stand-ins for relays and an authority.</summary>
internal static class RoundStage
{
    /// <summary>A campaign of every mode that opens so long from now, ready to be published.</summary>
    public static async Task<TestCampaign> ReadyAsync(
        PoolHost host, DateTimeOffset now, TimeSpan opensIn, Func<CampaignSettings, CampaignSettings>? change = null)
    {
        var opensAt = DateTimeOffset.FromUnixTimeSeconds((now + opensIn).ToUnixTimeSeconds());
        var campaign = await host.AddCampaignAsync(s => (change ?? (same => same))(Settings(s, opensAt)), published: false);
        var settings = campaign.Settings with { Slug = "s-" + campaign.Id[^20..], Promoter = new Promoter("Acme", "1 High Street") };
        var moments = settings.Pools.ToDictionary(p => p.Id!, p => p.Moments);
        await host.Get<ISecrets>().PutAsync(
            Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.Moments, JsonSerializer.Serialize(moments, JsonSerializerOptions.Web), default);
        await using var central = await host.OpenCentralAsync();
        await central.RunAsync(
            "update campaign set settings = $2::jsonb, slug = $3, opens_at = $4, closes_at = $5 where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id),
            JsonSerializer.Serialize(settings with { Pools = [.. settings.Pools.Select(p => p with { Moments = [] })] }, JsonSerializerOptions.Web),
            settings.Slug, settings.OpensAt, settings.ClosesAt);
        return campaign with { Settings = settings };
    }

    private static CampaignSettings Settings(CampaignSettings s, DateTimeOffset opensAt) => s with
    {
        OpensAt = opensAt,
        ClosesAt = opensAt.AddDays(10),
        Pools =
        [
            new PoolSettings
            {
                Name = "Instant",
                Modes = ["guaranteed", "moments", "probability", "consolation"],
                Prizes =
                [
                    new PrizeSettings { Name = "pen", Kind = "gift", Mode = "guaranteed", EveryNth = 5 },
                    new PrizeSettings { Name = "car", Stock = 12 },
                    new PrizeSettings { Name = "trip", Mode = "probability", Stock = 30, Odds = new PrizeOdds(1, 7) },
                    new PrizeSettings { Name = "sticker", Kind = "gift", Stock = 10 },
                ],
                Moments = [new MomentSettings(opensAt.AddDays(1), "car"), new MomentSettings(Generate: new GenerateMoments("car", 11))],
            },
            new PoolSettings { Name = "Plain" },
        ],
    };

    public static ICampaignGrain Grain(this PoolHost host, TestCampaign campaign) =>
        host.Get<IGrainFactory>().GetGrain<ICampaignGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id));

    public static async Task<CampaignView> PublishAsync(this PoolHost host, TestCampaign campaign)
    {
        var published = await host.Grain(campaign).PublishAsync(new CampaignCommand(PoolHost.Manager));
        return published.Value.ShouldNotBeNull(JsonSerializer.Serialize(published.Refusal));
    }

    public static async Task<SignedInstantCommitment> CommitmentAsync(this PoolHost host, TestCampaign campaign, int pool = 0)
    {
        var text = await TextAsync(host, campaign, PublicFileNames.Commitment(campaign.PoolId(pool)));
        var line = JsonDocument.Parse(text.ShouldNotBeNull()).RootElement;
        return new SignedInstantCommitment(
            InstantCommitment.Parse(CanonicalJson.ToUtf8(line.GetProperty("commitment"))), Convert.FromHexString(line.GetProperty("signature").GetString()!),
            line.GetProperty("keyId").GetString()!, line.GetProperty("timestampToken").GetBytesFromBase64());
    }

    /// <summary>The published opening's text; null before there is one.</summary>
    public static Task<string?> OpeningAsync(this PoolHost host, TestCampaign campaign, int pool = 0) =>
        TextAsync(host, campaign, PublicFileNames.Opening(campaign.PoolId(pool)));

    private static async Task<string?> TextAsync(PoolHost host, TestCampaign campaign, string name) =>
        await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, name, default) is { } file ? await Instant_campaign.ReadAsync(host, file) : null;

    /// <summary>
    /// Waits until every pool takes entries, asking for it as an impatient reminder does: each time later, since whoever asks ends what is under
    /// way, and begins it anew.
    /// </summary>
    public static async Task OpensAsync(this PoolHost host, TestCampaign campaign)
    {
        var (patience, pause, askAt) = (Stopwatch.StartNew(), TimeSpan.FromMilliseconds(50), TimeSpan.Zero);
        while (await ReminderAsync(host, campaign) is { } waits)
        {
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(300), waits);
            if (patience.Elapsed >= askAt)
            {
                await host.Evidence(campaign).AwaitRoundAsync();
                (askAt, pause) = (patience.Elapsed + pause, pause * 2);
            }

            await Task.Delay(50);
        }
    }

    /// <summary>What is stored while some pool waits; null when none does.</summary>
    private static async Task<string?> ReminderAsync(PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        var states = await database.ListAsync(
            "select format('%s: round %s, randomness %s, opened %s', name, instant_round, instant_randomness is not null, instant_opened_at is not null), instant_opened_at is null from pool order by ordinal",
            r => (Text: r.GetString(0), Waits: r.GetBoolean(1)));
        return states.Any(s => s.Waits) ? string.Join("; ", states.Select(s => s.Text)) : null;
    }

    /// <summary>Submits until the pool has heard of its opening.</summary>
    public static async Task<EntryAnswer> EnterAsync(this PoolHost host, TestCampaign campaign, int n, DateTimeOffset at)
    {
        var patience = Stopwatch.StartNew();
        while (true)
        {
            var answer = await host.Pool(campaign).SubmitAsync(Sent.Entry($"key-{n:d4}", $"person{n}", at));
            if (answer.Value is { } accepted)
            {
                return accepted;
            }

            answer.Refusal!.Code.ShouldBeOneOf("campaign.not_open", "storage.unavailable");
            patience.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(120), answer.Refusal.Code);
            await Task.Delay(50);
        }
    }

    /// <summary>Everything that is decided by the round, as the superuser sees it: what must be one and the same.</summary>
    public static async Task<List<string>> DecidedAsync(this PoolHost host, TestCampaign campaign)
    {
        await using var database = await host.OpenAsync(campaign);
        return
        [
            .. await database.ListAsync(
                "select format('%s %s %s %s', name, instant_round, encode(instant_randomness, 'hex'), encode(instant_signature, 'hex')) from pool order by ordinal", r => r.GetString(0)),
            .. await database.ListAsync("select opening || encode(signature, 'hex') from instant_opening order by pool_id", r => r.GetString(0)),
            .. await database.ListAsync("select encode(sealed, 'hex') from moment order by moment_id", r => r.GetString(0)),
        ];
    }
}
