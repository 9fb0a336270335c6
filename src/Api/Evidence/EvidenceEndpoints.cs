using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Orleans;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Evidence.Archives;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence;

/// <summary>What lets an outsider check instant wins, public without any credential; and what managers are told of it.</summary>
internal static class EvidenceEndpoints
{
    internal const string NotFound = "evidence.not_found";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/keys", ListKeysAsync).WithTags("Evidence").Describe("listKeys", "The public keys that the platform has signed with, oldest first.")
            .Answers<PageAnswer<KeyAnswer>>(200);
        var sites = v1.MapGroup("/sites/{slug}").WithTags("Evidence");
        sites.MapGet("/pools/{pool}/commitment", CommitmentAsync)
            .Describe("getCommitment", "What was committed of a pool's instant wins before its first entry, signed.")
            .Answers<CommitmentAnswer>(200).Fails(NotFound);
        sites.MapGet("/pools/{pool}/opening", OpeningAsync)
            .Describe("getOpening", "What the beacon round that a pool had committed to brought forth before its first entry, signed; none at level committed.")
            .Answers<OpeningAnswer>(200).Fails(NotFound);
        sites.MapGet("/instant.jsonl", (string slug, [FromServices] SiteCache cache, [FromServices] IPublicFiles files, HttpContext context) =>
                FileAsync(slug, PublicFileNames.Instant, cache, files, context))
            .Describe("getInstantWins", "After closing: every entry and outcome, with the revealed secrets and moments that they follow from. One JSON object a line.")
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["application/jsonl"])).Fails(NotFound);
        sites.MapGet("/instant-check.json", (string slug, [FromServices] SiteCache cache, [FromServices] IPublicFiles files, HttpContext context) =>
                FileAsync(slug, PublicFileNames.InstantCheck, cache, files, context))
            .Describe("getInstantCheck", "What the platform's own recount of instant.jsonl came to.").Answers<RecountAnswer>(200).Fails(NotFound);
        v1.MapGet("/campaigns/{id}/close-out", CloseOutAsync).WithTags("Evidence")
            .Describe("getCloseOut", "The close-out statement (CAP Code 8.25): all prizes were awarded or made available. As a page where text/html is asked for.")
            .For(Access.Manager).Answers<CloseOutAnswer>(200);
        v1.MapGet("/campaigns/{id}/close-out.html", CloseOutPageAsync).WithTags("Evidence")
            .Describe("getCloseOutPage", "The close-out statement as a page that prints well.").For(Access.Manager)
            .WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["text/html"]));
        v1.MapGet("/campaigns/{id}/evidence.zip", ArchiveAsync).WithTags("Evidence")
            .Describe("getEvidence", "All evidence of the campaign in one file, with what is needed to check it offline: draws, instant wins, terms, close-out, keys.")
            .For(Access.Manager).WithMetadata(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(string), ["application/zip"]));
        v1.MapPost("/pools/{id}/moments/unseal", UnsealAsync).WithTags("Evidence")
            .Describe("unsealMoments", "Open the winning moments that are still to come. The look is audited and printed on the close-out statement.")
            .For(Access.SuperAdmin).Answers<UnsealedAnswer>(200);
    }

    private static async Task<IResult> ListKeysAsync(HttpContext context, [FromServices] ISigningKeys keys, CancellationToken ct)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return Answer.Ok(new PageAnswer<KeyAnswer>([.. (await keys.ListAsync(ct)).Select(KeyAnswer.From)], null));
    }

    private static Task<IResult> CommitmentAsync(
        string slug, string pool, [FromServices] SiteCache cache, [FromServices] IPublicFiles files, HttpContext context) =>
        Ids.TryParse(Ids.Pool, pool, out _)
            ? FileAsync(slug, PublicFileNames.Commitment(pool), cache, files, context)
            : Task.FromResult<IResult>(new Problem(NotFound));

    private static Task<IResult> OpeningAsync(
        string slug, string pool, [FromServices] SiteCache cache, [FromServices] IPublicFiles files, HttpContext context) =>
        Ids.TryParse(Ids.Pool, pool, out _)
            ? FileAsync(slug, PublicFileNames.Opening(pool), cache, files, context)
            : Task.FromResult<IResult>(new Problem(NotFound));

    private static Task<IResult> FileAsync(string slug, string name, SiteCache cache, IPublicFiles files, HttpContext context) =>
        FindAsync(slug, cache, context, async campaign =>
            await files.FindAsync(campaign.TenantId, campaign.Id, name, context.RequestAborted) is { } file ? new FileAnswer(files, file) : null);

    /// <summary>Answers what is found of the site's campaign. Readable from any page: evidence that has to be asked for is none.</summary>
    internal static async Task<IResult> FindAsync(string slug, SiteCache cache, HttpContext context, Func<CampaignView, Task<IResult?>> find)
    {
        context.Response.Headers.AccessControlAllowOrigin = "*";
        return SiteOrigin.Slug().IsMatch(slug) && await cache.FindBySlugAsync(slug, context.RequestAborted) is { Campaign: var campaign }
            && await find(campaign) is { } found
            ? found
            : new Problem(NotFound);
    }

    private static async Task<IResult> CloseOutAsync(
        TheCampaign campaign, [FromServices] ICloseOutQueries queries, [FromServices] IPublicFiles files, HttpContext context, CancellationToken ct)
    {
        var answer = await CloseOutAnswer.ReadAsync(campaign.Value, queries, files, ct);
        return WantsPage(context.Request) ? new CloseOutPage(campaign.Value, answer) : Answer.Ok(answer);
    }

    private static async Task<IResult> CloseOutPageAsync(
        TheCampaign campaign, [FromServices] ICloseOutQueries queries, [FromServices] IPublicFiles files, CancellationToken ct) =>
        new CloseOutPage(campaign.Value, await CloseOutAnswer.ReadAsync(campaign.Value, queries, files, ct));

    private static async Task<IResult> ArchiveAsync(TheCampaign campaign, [FromServices] EvidenceContents contents, CancellationToken ct) =>
        new EvidenceArchive(
            $"evidence-{campaign.Value.Settings.Slug ?? campaign.Value.Id}.zip", campaign.Value.Id, await contents.ListAsync(campaign.Value, ct));

    private static async Task<IResult> UnsealAsync(ThePool pool, Body<Unsealing> body, Caller caller, IGrainFactory grains) =>
        (await grains.GetGrain<IInstantEvidenceGrain>(GrainKeys.Campaign(pool.Campaign.TenantId, pool.Campaign.Id))
            .UnsealAsync(new UnsealMoments(caller.Actor, pool.Value.Id!, body.Value.Reason))).Then(unsealed => Answer.Ok(UnsealedAnswer.From(unsealed)));

    private static bool WantsPage(HttpRequest request) =>
        request.GetTypedHeaders().Accept.OrderByDescending(accept => accept.Quality ?? 1).FirstOrDefault() is { } first
        && first.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase);
}

/// <summary>A public file as it is, compressed where the client takes that. It never changes, so that its hash is its tag.</summary>
internal sealed class FileAnswer(IPublicFiles files, PublicFile file) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        var compressed = context.Request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && e.Quality != 0);
        response.Headers.ETag = compressed ? $"W/\"{file.Sha256}\"" : $"\"{file.Sha256}\"";
        response.Headers.Vary = HeaderNames.AcceptEncoding;
        response.Headers["X-Content-SHA256"] = file.Sha256;
        response.ContentType = file.ContentType + "; charset=utf-8";
        if (compressed)
        {
            response.Headers.ContentEncoding = "gzip";
        }
        else
        {
            response.ContentLength = file.Bytes;
        }

        await files.CopyAsync(file, response.Body, compressed, context.RequestAborted);
    }
}
