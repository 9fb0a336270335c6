using System;
using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.IO;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Draws;

/// <summary>An independent person who is asked to supply a draw's randomness.</summary>
[Example("""{"name":"Dr Jane Marsh, Marsh & Co Solicitors"}""")]
public sealed record ObserverFields
{
    /// <summary>Who they are, by name; the certificate prints it.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>Their e-mail address, for the promoter's own records; nothing is sent, and it is shown nowhere.</summary>
    [StringLength(254, MinimumLength = 3)] public string? Email { get; init; }
}

/// <summary>An observer with their link, which is told once.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Name">Who they are.</param>
/// <param name="Url">The page where they supply the randomness; hand it to them alone. It takes the place of an earlier one. Told once: null when the answer is repeated.</param>
public sealed record ObserverAnswer(string Id, string Name, string? Url);

/// <summary>What an observer supplies, signed in their browser.</summary>
[Example("""
    {"randomness":"1f5c0ea1d76bb50f8c0d1b6a6f0d9b2b6d8a4c3e2f1a0b9c8d7e6f5a4b3c2d1e",
     "publicKey":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHrzt0LqOmQ1Y6f2vZl0M6PjJ1rX2v4m2p8gQn1x3yZc5w7k9uVbT0aSdFgHjKlQwErTyUiOpAsDfGhJkLzXcVb==",
     "signature":"00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000",
     "statement":"Thrown with sixteen-sided dice in the presence of two witnesses."}
    """)]
public sealed record ObservationFields
{
    /// <summary>32 bytes, lower-case hex.</summary>
    [RegularExpression("^[0-9a-f]{64}$", ErrorMessage = "must be 32 bytes in lower-case hex.")] public required string Randomness { get; init; }

    /// <summary>SubjectPublicKeyInfo (DER) of a P-256 key made for this, in base64.</summary>
    [StringLength(200, MinimumLength = 1)] public required string PublicKey { get; init; }

    /// <summary>ECDSA with SHA-256 over "pdv1/observer", a zero byte, the commitment's hash and the randomness: 64 bytes, lower-case hex.</summary>
    [RegularExpression("^[0-9a-f]{128}$", ErrorMessage = "must be 64 bytes in lower-case hex.")] public required string Signature { get; init; }

    /// <summary>How they came by the bytes, in their words; the certificate prints it.</summary>
    [StringLength(4_000)] public required string Statement { get; init; }
}

/// <summary>What an observer is asked for.</summary>
/// <param name="Draw">The draw.</param>
/// <param name="Commitment">The published commitment, which the signature covers by its hash; null before it is published.</param>
/// <param name="Supplied">Whether the randomness has been supplied.</param>
public sealed record ObservationAnswer(ObservedDraw Draw, JsonObject? Commitment, bool Supplied);

/// <summary>The draw that is observed.</summary>
/// <param name="Id">The draw's id.</param>
/// <param name="Name">The draw's name.</param>
/// <param name="Campaign">The campaign's name.</param>
/// <param name="State">planned, frozen, committed, drawn, completed, void or withheld.</param>
/// <param name="Level">observed.</param>
public sealed record ObservedDraw(string Id, string Name, string Campaign, string State, string Level);

/// <summary>Randomness from an independent person: the manager asks, the person answers by a link of their own.</summary>
internal static class ObserverEndpoints
{
    public const string NotFound = "observation.not_found";

    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapPost("/draws/{id}/observers", AskAsync).WithTags("Draws")
            .Describe("askObserver", "Ask an independent person to supply the randomness of a draw at level observed; an earlier link is good no more.")
            .For(Access.Manager).Answers<ObserverAnswer>(201).Fails("draw.not_observed", "draw.wrong_state");
        v1.MapGet("/observations", ReadAsync).WithTags("Draws")
            .Describe("getObservation", "What an observer is asked for, by the token of their link.").WithMetadata(Header)
            .Answers<ObservationAnswer>(200).Fails(NotFound, ErrorCodes.InvalidHeader).LimitedByAddress();
        v1.MapPost("/observations", SupplyAsync).WithTags("Draws")
            .Describe("supplyObservation", "Supply the randomness of a draw, once, after its commitment is public; then the draw goes on by itself.")
            .WithMetadata(Header).Answers(204)
            .Fails(NotFound, "observation.too_early", "observation.supplied", "observation.invalid", ErrorCodes.InvalidHeader).LimitedByAddress();
    }

    private static TokenHeader Header => new(ObserverToken.Header, "The draw's id, a dot and the link's secret, as they stand behind # in the link.");

    private static async Task<IResult> AskAsync(
        TheDraw draw, Body<ObserverFields> body, Creation creation, Caller caller, IGrainFactory grains, [FromServices] ApiOptions options)
    {
        var token = $"{draw.Value.Id}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
        var url = new Uri(options.PublicBaseUrl, $"/observe#{token}").AbsoluteUri;
        return await creation.OnceAsync(
            body,
            async uuid =>
            {
                var id = Ids.Format(Ids.Observer, uuid);
                var asked = await draw.Grain(grains).AskObserverAsync(new AskObserver(
                    caller.Actor, id, body.Value.Name.Trim(), body.Value.Email, [.. ObserverToken.HashOf(token)]));
                return asked.Then(_ => Answer.Created($"/v1/draws/{draw.Value.Id}", new ObserverAnswer(id, body.Value.Name.Trim(), url)));
            },
            // Remembered without the link: that is told to whoever asked first, and stored nowhere.
            answer => new Answer(answer.Stored with { Body = answer.Stored.Body.Replace($"\"{url}\"", "null", StringComparison.Ordinal) }));
    }

    private static async Task<IResult> ReadAsync(
        ObserverToken token, [FromServices] ICampaignQueries campaigns, [FromServices] IObservationQueries observations,
        [FromServices] IDrawFiles draws, [FromServices] IPublicFiles files, CancellationToken ct)
    {
        if (await campaigns.FindByDrawAsync(Scope.Everything, token.DrawId, ct) is not { } campaign
            || await observations.FindAsync(campaign.TenantId, campaign.Id, token.DrawId, token.Hash, ct) is not { } found)
        {
            return new Problem(NotFound);
        }

        var commitment = found.IsCommitmentPublic && await draws.CommitmentAsync(campaign.TenantId, campaign.Id, token.DrawId, ct) is { } file
            ? await TextAsync(files, file, ct)
            : null;
        return Answer.Ok(new ObservationAnswer(
            new ObservedDraw(token.DrawId, found.DrawName, campaign.Settings.Name, found.State, found.Level), commitment, found.IsSupplied));
    }

    private static async Task<JsonObject> TextAsync(IPublicFiles files, PublicFile file, CancellationToken ct)
    {
        using var text = new MemoryStream();
        await files.CopyAsync(file, text, compressed: false, ct);
        return JsonNode.Parse(text.ToArray())!.AsObject();
    }

    private static async Task<IResult> SupplyAsync(
        ObserverToken token, Body<ObservationFields> body, [FromServices] ICampaignQueries campaigns, IGrainFactory grains, CancellationToken ct)
    {
        if (await campaigns.FindByDrawAsync(Scope.Everything, token.DrawId, ct) is not { } campaign)
        {
            return new Problem(NotFound);
        }

        var key = new byte[200];
        if (!Convert.TryFromBase64String(body.Value.PublicKey, key, out var length))
        {
            return Problem.At(ErrorCodes.InvalidField, "publicKey", "must be base64.");
        }

        var supplied = await grains.GetGrain<IDrawGrain>(GrainKeys.Draw(campaign.TenantId, campaign.Id, token.DrawId)).SupplyRandomnessAsync(
            new SupplyRandomness(
                [.. token.Hash], [.. Convert.FromHexString(body.Value.Randomness)], [.. key[..length]], [.. Convert.FromHexString(body.Value.Signature)],
                body.Value.Statement));
        return supplied.Then(_ => TypedResults.NoContent());
    }
}

/// <summary>The token of an observer's link: the draw's id, a dot and 32 random bytes in base64url.</summary>
public sealed class ObserverToken : IBound
{
    public const string Header = "X-Observer-Token";

    private const int LengthMax = 100;

    private readonly string? _token;

    private ObserverToken(string? token, Problem? problem) => (_token, Problem) = (token, problem);

    public string DrawId => Token[..Token.IndexOf('.', StringComparison.Ordinal)];

    public byte[] Hash => HashOf(Token);

    public Problem? Problem { get; }

    private string Token => _token ?? throw new InvalidOperationException("There is no token.");

    /// <summary>What is stored of a token.</summary>
    internal static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    public static ValueTask<ObserverToken> BindAsync(HttpContext context, ParameterInfo _)
    {
        var values = context.Request.Headers[Header];
        return ValueTask.FromResult(values switch
        {
            [{ Length: > 0 and <= LengthMax } token] when token.Split('.') is [var draw, { Length: > 0 }] && Ids.TryParse(Ids.Draw, draw, out var _) => new ObserverToken(token, null),
            [{ Length: > 0 }] => new ObserverToken(null, new Problem(ObserverEndpoints.NotFound)),
            _ => new ObserverToken(null, Problem.At(ErrorCodes.InvalidHeader, Header, "must be given once, as it stands behind # in the link.")),
        });
    }
}
