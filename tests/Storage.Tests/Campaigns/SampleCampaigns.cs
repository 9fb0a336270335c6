using System;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Storage.Tests.Campaigns;

/// <summary>Central rows of campaigns, as their grain would write them.</summary>
internal static class SampleCampaigns
{
    public static async Task<Guid> AddAsync(
        CentralFixture fixture, Guid tenant, string state = "draft", CampaignSettings? settings = null, string? siteUrl = null)
    {
        var id = fixture.NewId();
        var stored = settings ?? new CampaignSettings { Name = "Summer in Paris" };
        await using var work = await fixture.Central.BeginAsync(tenant, default);
        await work.Connection.RunAsync(
            """
            insert into campaign (tenant_id, campaign_id, name, slug, state, settings, site_key, site_url, created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $9)
            """,
            [
                tenant, id, stored.Name, Slug(id), state, JsonSerializer.Serialize(stored, StorageJson.Options), "sk_" + Slug(id), siteUrl,
                fixture.Time.Now,
            ], default);
        await work.CommitAsync(default);
        return id;
    }

    public static string Slug(Guid campaign) => "c-" + campaign.ToString("n")[^20..];
}
