using System;
using System.Buffers;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Rehearsals;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Entries;

/// <summary>
/// The hot path: address limit, site, key and body, then the pool, whose judgement alone counts. Bound by hand, so that an
/// accepted entry costs one pass over its bytes.
/// </summary>
internal static class EntrySubmission
{
    public static readonly string[] Codes =
    [
        ErrorCodes.RateLimited, ErrorCodes.InvalidHeader, ErrorCodes.InvalidJson, ErrorCodes.InvalidField, ErrorCodes.UnknownField,
        ErrorCodes.TooLarge, ErrorCodes.UnsupportedMediaType, ErrorCodes.NotOpen, ErrorCodes.HasClosed, ErrorCodes.Paused,
        ErrorCodes.EntryInvalid, "entry.terms_not_accepted", "entry.under_age", "entry.not_accepted", "entry.limit_reached", ErrorCodes.EntryCodeInvalid, ErrorCodes.KeyReused,
        .. RehearsalTokens.Codes,
    ];

    public static readonly IAcceptsMetadata Described = new AcceptsMetadata(["application/json"], typeof(EntryRequest));

    public static async Task<IResult> SubmitAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var meter = services.GetRequiredService<EntryMeter>();
        var (answer, problem) = await DecideAsync(context);
        // What is rehearsed counts nowhere.
        var counts = !RehearsalTokens.IsShown(context.Request);
        if (problem is not null)
        {
            if (counts)
            {
                meter.Refused(problem.Code);
            }

            return problem;
        }

        if (counts)
        {
            meter.Accepted();
        }

        return new EntryAccepted(answer!);
    }

    private static async Task<(EntryAnswer? Answer, Problem? Problem)> DecideAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var (site, rehearsal, refused) = await LetInAsync(context);
        if (site is null)
        {
            return (null, refused);
        }

        var (key, problem) = IdempotencyKey.Read(context.Request, required: true);
        if (problem is not null)
        {
            return (null, problem);
        }

        (var entry, problem) = await ReadAsync(context);
        if (entry is null)
        {
            return (null, problem);
        }

        if (EntryCodeGuesses.Refuse(context, entry) is { } waits)
        {
            return (null, waits);
        }

        // The entry counts from when its last byte was here, whatever happens next.
        var receivedAt = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var (pool, elsewhere) = PoolOf(site.Campaign, entry.Pool, rehearsal?.Id);
        if (pool is null)
        {
            return (null, elsewhere);
        }

        var result = await services.GetRequiredService<IGrainFactory>().GetGrain<IPrizePoolGrain>(pool)
            .SubmitAsync(CommandOf(entry, key!, receivedAt));
        EntryCodeGuesses.Note(context, result.Refusal?.Code);
        return result.Refusal is { } refusal ? (null, Problem.From(refusal)) : (result.Value, null);
    }

    /// <summary>Whoever may knock: not too often from one address, with a site's key, and with a rehearsal's token only where that is good.</summary>
    private static async ValueTask<(SiteSnapshot? Site, RehearsalView? Rehearsal, Problem? Problem)> LetInAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<AddressLimits>().Entries.Refuse(context.Connection.RemoteIpAddress) is { } seconds)
        {
            LetThePageRead(context);
            return (null, null, new Problem(ErrorCodes.RateLimited, retryAfter: seconds));
        }

        var site = await TheSite.BindAsync(context, null);
        if (site.Problem is not null)
        {
            return (null, null, site.Problem);
        }

        if (site.Value.Campaign.State == "archived")
        {
            // It was completed before it was archived, and the pool that would say so rests.
            return (null, null, new Problem(ErrorCodes.HasClosed));
        }

        var (rehearsal, problem) = await RehearsalTokens.FindShownAsync(context, site.Value.Campaign);
        return problem is null ? (site.Value, rehearsal, null) : (null, null, problem);
    }

    private static (string? Key, Problem? Problem) PoolOf(CampaignView campaign, string? named, string? rehearsalId)
    {
        if (campaign.State is "draft" or "provisioning" or "failed" or "rolled_back" || campaign.Settings.Pools.IsEmpty)
        {
            return (null, new Problem(ErrorCodes.NotOpen));
        }

        var pools = campaign.Settings.Pools;
        var pool = string.IsNullOrEmpty(named) ? pools[0] : pools.FirstOrDefault(pool => pool.Id == named || pool.Name == named);
        return pool?.Id is { } id
            ? (rehearsalId is null
                ? GrainKeys.Pool(campaign.TenantId, campaign.Id, id)
                : GrainKeys.RehearsedPool(campaign.TenantId, campaign.Id, id, rehearsalId), null)
            : (null, Problem.At(ErrorCodes.EntryInvalid, "pool", "is no pool of this campaign."));
    }

    private static SubmitEntry CommandOf(EntryRequest entry, string key, DateTimeOffset receivedAt) => new()
    {
        IdempotencyKey = key,
        // Storage keeps microseconds; what is answered now must be what a retry is answered.
        ReceivedAt = new DateTimeOffset(receivedAt.UtcTicks - (receivedAt.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero),
        Entrant = new EntrantData(
            entry.Entrant.Email, entry.Entrant.FirstName, entry.Entrant.LastName, entry.Entrant.Phone, entry.Entrant.DateOfBirth,
            entry.Entrant.Postcode, entry.Entrant.County, entry.Entrant.Country),
        Answers = entry.Answers ?? ImmutableSortedDictionary<string, string>.Empty,
        TermsVersion = entry.TermsVersion,
        Consents = [.. (entry.Consents ?? []).Select(given => new GivenConsent(given.Purpose, given.Version, given.Granted))],
        HoneypotFilled = !string.IsNullOrEmpty(entry.Website),
        Code = string.IsNullOrWhiteSpace(entry.Proof?.Code) ? null : entry.Proof.Code,
        FreeRoute = entry.Proof?.Free == true,
    };

    private static async ValueTask<(EntryRequest? Entry, Problem? Problem)> ReadAsync(HttpContext context)
    {
        if (!RequestBytes.IsJson(context.Request.ContentType, mergePatch: false))
        {
            return (null, new Problem(ErrorCodes.UnsupportedMediaType));
        }

        var most = BodyLimit.Of(context).Bytes;
        if (await RequestBytes.ReadInPlaceAsync(context, most) is not { } body)
        {
            return (null, new Problem(ErrorCodes.TooLarge, $"An entry may have at most {most} bytes."));
        }

        try
        {
            return TryParse(body) is not { } entry ? (null, Explain(body))
                : MayHoldNul(body) && JsonText.Check(body.ToArray()) is { } problem ? (null, problem)
                : (entry, null);
        }
        finally
        {
            context.Request.BodyReader.AdvanceTo(body.End);
        }
    }

    private static EntryRequest? TryParse(ReadOnlySequence<byte> body)
    {
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = WireJson.Options.MaxDepth });
        try
        {
            var entry = JsonSerializer.Deserialize(ref reader, EntryJson.Wire.EntryRequest);
            // The reader throws on anything that follows the entry.
            return reader.Read() ? null : entry;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>NUL can stand in JSON only as this escape. A false alarm costs a second pass.</summary>
    private static bool MayHoldNul(ReadOnlySequence<byte> body) =>
        body.IsSingleSegment
            ? body.FirstSpan.IndexOf("\\u0000"u8) >= 0
            : body.ToArray().AsSpan().IndexOf("\\u0000"u8) >= 0;

    /// <summary>The second pass, for entries that can't be taken: says what is wrong, field by field.</summary>
    private static Problem Explain(ReadOnlySequence<byte> body)
    {
        var bytes = body.ToArray();
        return JsonText.Check(bytes)
            ?? BodyShape.Check(JsonNode.Parse(bytes), typeof(EntryRequest), partial: false, WireJson.Options).ToProblem()
            ?? new Problem(ErrorCodes.InvalidJson);
    }

    /// <summary>A refusal ahead of the site look-up still needs the CORS headers, or the page could not read Retry-After.</summary>
    private static void LetThePageRead(HttpContext context)
    {
        if (TheSite.KeyOf(context.Request) is { } key
            && context.RequestServices.GetRequiredService<SiteCache>().Peek(key) is { } site)
        {
            SiteOrigin.Allow(context, site);
        }
    }

    private sealed class EntryAccepted(EntryAnswer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext context)
        {
            context.Response.StatusCode = StatusCodes.Status201Created;
            context.Response.ContentType = "application/json; charset=utf-8";
            await JsonSerializer.SerializeAsync(
                context.Response.BodyWriter, answer, EntryJson.Wire.EntryAnswer, context.RequestAborted);
        }
    }
}
