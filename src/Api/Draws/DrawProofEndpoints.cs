using System;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Evidence;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Draws;

/// <summary>What lets an outsider check a draw, public without any credential and stable for ever.</summary>
internal static class DrawProofEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var draws = v1.MapGroup("/sites/{slug}/draws/{id}").WithTags("Evidence");
        draws.MapGet("/plan", PlanAsync)
            .Describe("getDrawPlan", "What was published of a draw before the first entry that it covers: rules, the secret's hash, level, tickets, who is left out; signed.")
            .WithMetadata(Produces(typeof(JsonObject), "application/json")).Fails(EvidenceEndpoints.NotFound);
        draws.MapGet("/commitment", CommitmentAsync)
            .Describe("getDrawCommitment", "What was committed of a draw before its randomness existed: the list's roots, rules and secret by their hashes, signed.")
            .WithMetadata(Produces(typeof(JsonObject), "application/json")).Fails(EvidenceEndpoints.NotFound);
        draws.MapGet("/certificate", CertificateAsync)
            .Describe("getDrawCertificate", "The draw's certificate: all that its order follows from, signed. The verifier at /verify checks it with entries.jsonl.")
            .WithMetadata(Produces(typeof(JsonObject), "application/json")).Fails(EvidenceEndpoints.NotFound);
        draws.MapGet("/entries.jsonl", EntriesAsync)
            .Describe("getDrawEntries", "The frozen list that was committed to, by references alone: eligible entries, then excluded ones with the reason. One JSON object a line.")
            .WithMetadata(Produces(typeof(string), "application/jsonl")).Fails(EvidenceEndpoints.NotFound);
    }

    // The certificate's fields are described by verifier/schema/certificate.schema.json.
    private static ProducesResponseTypeMetadata Produces(Type body, string type) => new(StatusCodes.Status200OK, body, [type]);

    private static Task<IResult> PlanAsync(
        string slug, string id, [FromServices] SiteCache cache, [FromServices] IPublicFiles files, HttpContext context) =>
        FindAsync(slug, id, cache, context, async campaign =>
            await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Plan(id), context.RequestAborted) is { } file ? new FileAnswer(files, file) : null);

    private static Task<IResult> CommitmentAsync(
        string slug, string id, [FromServices] SiteCache cache, [FromServices] IDrawFiles draws, [FromServices] IPublicFiles files, HttpContext context) =>
        FindAsync(slug, id, cache, context, async campaign =>
            await draws.CommitmentAsync(campaign.TenantId, campaign.Id, id, context.RequestAborted) is { } file ? new FileAnswer(files, file) : null);

    private static Task<IResult> CertificateAsync(
        string slug, string id, [FromServices] SiteCache cache, [FromServices] IDrawFiles draws, [FromServices] IPublicFiles files, HttpContext context) =>
        FindAsync(slug, id, cache, context, async campaign =>
            await draws.CertificateAsync(campaign.TenantId, campaign.Id, id, context.RequestAborted) is { } file ? new FileAnswer(files, file) : null);

    private static Task<IResult> EntriesAsync(
        string slug, string id, [FromServices] SiteCache cache, [FromServices] IDrawFiles draws, HttpContext context) =>
        FindAsync(slug, id, cache, context, async campaign =>
            await draws.EntriesAsync(campaign.TenantId, campaign.Id, id, context.RequestAborted) is { } list ? new ListAnswer(draws, list) : null);

    private static Task<IResult> FindAsync(string slug, string id, SiteCache cache, HttpContext context, Func<CampaignView, Task<IResult?>> find) =>
        EvidenceEndpoints.FindAsync(
            slug, cache, context, campaign => Ids.TryParse(Ids.Draw, id, out _) ? find(campaign) : Task.FromResult<IResult?>(null));

    private sealed class ListAnswer(IDrawFiles draws, PublicDrawList list) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            var response = context.Response;
            response.Headers.ETag = $"\"{list.Root}{list.ExcludedRoot}\"";
            response.ContentType = "application/jsonl; charset=utf-8";
            response.ContentLength = list.Bytes;
            await draws.CopyEntriesAsync(list, response.Body, context.RequestAborted);
        }
    }
}
