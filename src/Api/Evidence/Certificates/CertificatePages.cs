using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>The page of a draw's proof, at one address from the commitment on: first what was committed, then the newest certificate.</summary>
internal static class CertificatePages
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/sites/{slug}/draws/{id}/certificate.html", PageAsync).WithTags("Evidence")
            .Describe("getDrawCertificatePage", "A draw's certificate as a page for people, which prints well; before the draw, what was committed.")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/html"]))
            .Answers(StatusCodes.Status304NotModified).Fails(EvidenceEndpoints.NotFound);

    /// <summary>Where the page of a draw is.</summary>
    public static string PathOf(string slug, string drawId) => $"/v1/sites/{slug}/draws/{drawId}/certificate.html";

    private static Task<IResult> PageAsync(
        string slug, string id, [FromServices] SiteCache cache, [FromServices] DrawProofs proofs, ApiOptions options, HttpContext context) =>
        EvidenceEndpoints.FindAsync(slug, cache, context, campaign => Ids.TryParse(Ids.Draw, id, out _)
            ? FindAsync(campaign, id, proofs, AddressOf(options, slug, id), context.RequestAborted)
            : Task.FromResult<IResult?>(null));

    private static async Task<IResult?> FindAsync(CampaignView campaign, string id, DrawProofs proofs, PageAddress address, CancellationToken ct)
    {
        address = address with { HasPlan = await proofs.PlanAsync(campaign, id, ct) is not null };
        if (await proofs.CertificateAsync(campaign, id, ct) is { } certificate)
        {
            return new PageAnswer(certificate.Sha256, async () =>
            {
                using var document = await proofs.ReadAsync(certificate, ct);
                return CertificatePage.Write(document.RootElement, address);
            });
        }

        if (await proofs.CommitmentAsync(campaign, id, ct) is not { } commitment)
        {
            return null;
        }

        var names = await proofs.NamesAsync(campaign, id, ct);
        return new PageAnswer(commitment.Sha256 + names.State, async () =>
        {
            using var document = await proofs.ReadAsync(commitment, ct);
            return CommitmentPage.Write(document.RootElement, names, address);
        });
    }

    internal static PageAddress AddressOf(ApiOptions options, string slug, string id) => new(
        new Uri(options.PublicBaseUrl, PathOf(slug, id)).AbsoluteUri,
        options.VerifierFolder is null ? null : new Uri(options.PublicBaseUrl, "/verify").AbsoluteUri, HasPlan: false);

    // A page is written only for those who have not got it: a long order takes some work.
    private sealed class PageAnswer(string tag, Func<Task<string>> write) : IResult
    {
        private static readonly string Build = typeof(CertificatePages).Module.ModuleVersionId.ToString("N");

        public async Task ExecuteAsync(HttpContext context)
        {
            var response = context.Response;
            var etag = new EntityTagHeaderValue($"\"{tag}-{Build}\"");
            response.GetTypedHeaders().ETag = etag;
            response.Headers.CacheControl = "no-cache";
            response.Headers.ContentSecurityPolicy = EvidenceHtml.ContentSecurityPolicy;
            if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(etag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(await write(), context.RequestAborted);
        }
    }
}

/// <summary>Finds and reads what is published of draws.</summary>
public sealed class DrawProofs(IDrawFiles draws, IPublicFiles files, ICampaignDataQueries data)
{
    internal Task<PublicFile?> CertificateAsync(CampaignView campaign, string drawId, CancellationToken ct) =>
        draws.CertificateAsync(campaign.TenantId, campaign.Id, drawId, ct);

    internal Task<PublicFile?> PlanAsync(CampaignView campaign, string drawId, CancellationToken ct) =>
        files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Plan(drawId), ct);

    internal Task<PublicFile?> CommitmentAsync(CampaignView campaign, string drawId, CancellationToken ct) =>
        draws.CommitmentAsync(campaign.TenantId, campaign.Id, drawId, ct);

    internal async Task<JsonDocument> ReadAsync(PublicFile file, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await files.CopyAsync(file, text, compressed: false, ct);
        return JsonDocument.Parse(text.ToArray());
    }

    /// <summary>A commitment outlives the campaign's database: without it the settings say what the draw is called.</summary>
    internal async Task<DrawNames> NamesAsync(CampaignView campaign, string drawId, CancellationToken ct)
    {
        var settings = campaign.Settings;
        var stored = (await data.DrawsAsync(campaign.TenantId, campaign.Id, personal: false, ct)).FirstOrDefault(draw => draw.Id == drawId);
        var name = stored?.Name ?? settings.AllDraws().FirstOrDefault(draw => draw.Id == drawId)?.Name ?? "Prize draw";
        return new DrawNames(name, settings.Name, settings.Promoter?.Name, stored?.State ?? "committed");
    }
}
