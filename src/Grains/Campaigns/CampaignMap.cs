using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Between the wire's settings and the campaign's row.</summary>
internal static class CampaignMap
{
    public static CampaignSettings SettingsOf(CampaignRow row) => JsonSerializer.Deserialize<CampaignSettings>(row.Settings, StorageJson.Options)!;

    public static CampaignRow With(this CampaignRow row, CampaignSettings settings) => row with
    {
        Name = settings.Name,
        Slug = settings.Slug,
        OpensAt = settings.OpensAt?.ToUniversalTime(),
        ClosesAt = settings.ClosesAt?.ToUniversalTime(),
        Settings = JsonSerializer.Serialize(WithoutMoments(settings), StorageJson.Options),
    };

    /// <summary>When moments fall is a secret: it is stored encrypted, apart from the settings.</summary>
    public static CampaignSettings WithoutMoments(CampaignSettings settings) =>
        settings with { Pools = [.. settings.Pools.Select(p => p with { Moments = [] })] };

    public static string MomentsOf(CampaignSettings settings) =>
        JsonSerializer.Serialize(settings.Pools.ToDictionary(p => p.Id!, p => p.Moments), StorageJson.Options);

    public static CampaignSettings WithMoments(CampaignSettings settings, string? moments)
    {
        var byPool = moments is null ? [] : JsonSerializer.Deserialize<Dictionary<string, ImmutableArray<MomentSettings>>>(moments, StorageJson.Options)!;
        return settings with { Pools = [.. settings.Pools.Select(p => p with { Moments = byPool.GetValueOrDefault(p.Id!, []) })] };
    }

    public static CampaignView View(CampaignRow row, DateTimeOffset now) => new()
    {
        Id = Ids.Format(Ids.Campaign, row.CampaignId),
        TenantId = Ids.Format(Ids.Tenant, row.TenantId),
        Version = row.Version,
        State = row.State == CampaignLife.Scheduled ? CampaignLife.OpenState(row.OpensAt!.Value, now) : row.State,
        Settings = SettingsOf(row),
        SiteUrl = row.SiteUrl,
        SiteKey = row.SiteKey,
        PublishedAt = row.PublishedAt,
        CreatedAt = row.CreatedAt,
        DeploymentId = row.DeploymentId is { } id ? Ids.Format(Ids.Deployment, id) : null,
        TemplateVersion = row.TemplateTag,
        TemplateCommit = row.TemplateCommit,
    };

    /// <summary>
    /// Gives ids to pools, prizes and draws that have none yet, keeps those of before by id or name, and counts versions of terms and
    /// consents up where their text changed. <paramref name="added"/> is the id that the platform has given to what is being added.
    /// </summary>
    public static CampaignSettings Completed(CampaignSettings settings, CampaignSettings? before, DateTimeOffset now, string? added = null)
    {
        var pools = settings.Pools.IsEmpty ? [new PoolSettings { Name = "Entries" }] : settings.Pools;
        return settings with
        {
            Pools = [.. pools.Select(p => Completed(p, pools, before, added, now))],
            Draw = settings.Draw is { } draw ? draw with { Id = before?.Draw?.Id ?? Known(draw.Id, added) ?? Ids.New(Ids.Draw, now) } : null,
            FurtherDraws = [.. settings.FurtherDraws.Select(d => Completed(d, settings.FurtherDraws, before, added, now))],
            Terms = settings.Terms is { } terms ? terms with { Version = VersionOf(terms, before?.Terms) } : null,
            Consents = [.. settings.Consents.Select(c => c with { Version = VersionOf(c, before) })],
        };
    }

    // What is new may have the name that something which is named by its id had until now: then it is not that.
    private static PoolSettings Completed(
        PoolSettings pool, ImmutableArray<PoolSettings> all, CampaignSettings? before, string? added, DateTimeOffset now)
    {
        var old = before?.Pools.FirstOrDefault(p => p.Id == pool.Id)
            ?? before?.Pools.FirstOrDefault(p => p.Name == pool.Name && all.All(other => other.Id != p.Id));
        ImmutableArray<PrizeSettings> prizes = [.. pool.Prizes.Select(p => Completed(p, pool.Prizes, old, added, now))];
        return pool with
        {
            Id = old?.Id ?? Known(pool.Id, added) ?? Ids.New(Ids.Pool, now),
            // Moments are never read back, so that a change of something else leaves them as they are; by id, so that they follow a new name.
            Moments = pool.Moments.IsEmpty && old is not null ? ById(old.Moments, old.Prizes) : ById(pool.Moments, prizes),
            Prizes = prizes,
        };
    }

    private static DrawSettings Completed(
        DrawSettings draw, ImmutableArray<DrawSettings> all, CampaignSettings? before, string? added, DateTimeOffset now)
    {
        var old = before?.FurtherDraws.FirstOrDefault(d => d.Id == draw.Id)
            ?? before?.FurtherDraws.FirstOrDefault(d => d.Name == draw.Name && all.All(other => other.Id != d.Id));
        return draw with { Id = old?.Id ?? Known(draw.Id, added) ?? Ids.New(Ids.Draw, now) };
    }

    private static ImmutableArray<MomentSettings> ById(ImmutableArray<MomentSettings> moments, ImmutableArray<PrizeSettings> prizes)
    {
        var ids = prizes.GroupBy(p => p.Name).ToDictionary(p => p.Key, p => p.First().Id!, StringComparer.Ordinal);
        string Id(string name) => ids.GetValueOrDefault(name, name);
        return
        [
            .. moments.Select(m => m.Generate is { } order ? m with { Generate = order with { Prize = Id(order.Prize) } } : m with { Prize = m.Prize is null ? null : Id(m.Prize) }),
        ];
    }

    private static PrizeSettings Completed(
        PrizeSettings prize, ImmutableArray<PrizeSettings> all, PoolSettings? pool, string? added, DateTimeOffset now)
    {
        var old = pool?.Prizes.FirstOrDefault(p => p.Id == prize.Id)
            ?? pool?.Prizes.FirstOrDefault(p => p.Name == prize.Name && all.All(other => other.Id != p.Id));
        return prize with { Id = old?.Id ?? Known(prize.Id, added) ?? Ids.New(Ids.Prize, now) };
    }

    /// <summary>An id that a request brings counts only when the platform itself has given it; any other could be somebody else's.</summary>
    private static string? Known(string? id, string? added) => id is not null && id == added ? id : null;

    private static int VersionOf(Terms terms, Terms? before) =>
        before is null ? 1 : before.Text == terms.Text && before.FreeRoute == terms.FreeRoute ? before.Version : before.Version + 1;

    private static int VersionOf(ConsentText consent, CampaignSettings? before)
    {
        var old = before?.Consents.FirstOrDefault(c => c.Purpose == consent.Purpose);
        return old is null ? 1 : old.Text == consent.Text ? old.Version : old.Version + 1;
    }

    public static List<CampaignPart> PartsOf(CampaignSettings settings)
    {
        var parts = new List<CampaignPart>();
        foreach (var pool in settings.Pools)
        {
            parts.Add(new CampaignPart(Ids.Parse(Ids.Pool, pool.Id!), "pool"));
            parts.AddRange(pool.Prizes.Select(p => new CampaignPart(Ids.Parse(Ids.Prize, p.Id!), "prize")));
        }

        parts.AddRange(settings.AllDraws().Select(d => new CampaignPart(Ids.Parse(Ids.Draw, d.Id!), "draw")));

        return parts;
    }

    public static TermsVersionRow? TermsOf(CampaignSettings settings) => settings.Terms is { } terms
        ? new TermsVersionRow(terms.Version, SHA256.HashData(Encoding.UTF8.GetBytes(terms.Text)), terms.Text, terms.FreeRoute)
        : null;
}
