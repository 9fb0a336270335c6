using System;
using System.Buffers.Text;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Rehearsals;

namespace PrizeDraw.Api.Rehearsals;

/// <summary>
/// Tokens that lead a site's requests into a rehearsal. Whoever shows one never enters for real: a token that is not good is refused,
/// and nothing else is tried.
/// </summary>
public sealed class RehearsalTokens(IRehearsalQueries rehearsals, TimeProvider clock, ILogger<RehearsalTokens> log)
{
    public const string Header = "X-Rehearsal-Token";

    /// <summary>What <see cref="FindAsync"/> may refuse.</summary>
    internal static readonly string[] Codes = [Invalid, NotReady, ErrorCodes.HasClosed];

    private const string Invalid = "rehearsal.token_invalid", NotReady = "rehearsal.not_ready";

    private const string Prefix = "rht_";
    private const int LengthMax = 100;

    // Never served stale: a rehearsal that was ended is over.
    private static readonly CacheBounds Bounds = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500), 1_000);

    private readonly ShortCache<RehearsalView> _found = new(
        async (key, ct) => key.Split('/') is [var tenant, var campaign, var hash] ? await rehearsals.FindByTokenAsync(tenant, campaign, hash, ct) : null,
        Bounds, clock, log);

    /// <summary>A token of 256 random bits, and its SHA-256.</summary>
    public static (string Token, string Hash) New()
    {
        var token = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (token, HashOf(token));
    }

    /// <summary>Whether the request means a rehearsal.</summary>
    public static bool IsShown(HttpRequest request) => request.Headers.ContainsKey(Header);

    /// <summary>As <see cref="FindAsync"/>; neither a rehearsal nor a problem where no token is shown.</summary>
    internal static ValueTask<(RehearsalView? Rehearsal, Problem? Problem)> FindShownAsync(HttpContext context, CampaignView campaign) =>
        IsShown(context.Request) ? FindAsync(context, campaign) : default;

    /// <summary>The rehearsal of this campaign that the request's token leads to, or why there is none.</summary>
    internal static async ValueTask<(RehearsalView? Rehearsal, Problem? Problem)> FindAsync(HttpContext context, CampaignView campaign)
    {
        var tokens = context.RequestServices.GetRequiredService<RehearsalTokens>();
        var rehearsal = context.Request.Headers[Header] is [{ Length: > 0 and <= LengthMax } token] && token.All(c => c is > ' ' and <= '~')
            ? await tokens._found.GetAsync($"{campaign.TenantId}/{campaign.Id}/{HashOf(token)}", context.RequestAborted)
            : null;
        return rehearsal switch
        {
            not null when campaign.State is not ("ready" or "scheduled" or "live" or "paused") => (null, new Problem(ErrorCodes.HasClosed)),
            null or { State: "deleting" or "failed" } => (null, new Problem(Invalid)),
            _ when rehearsal.ExpiresAt <= tokens.Now => (null, new Problem(Invalid)),
            { State: "preparing" } => (null, new Problem(NotReady, retryAfter: 1)),
            _ => (rehearsal, null),
        };
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
}

/// <summary>An endpoint without arguments of its own that a rehearsal's token leads elsewhere.</summary>
internal sealed record Rehearsable;

/// <summary>The rehearsal that the request's token leads to; none where no token is shown, a problem where it is not good.</summary>
public sealed class ShownRehearsal : IBound
{
    private ShownRehearsal(RehearsalView? value, Problem? problem) => (Value, Problem) = (value, problem);

    public RehearsalView? Value { get; }

    public Problem? Problem { get; }

    public static async ValueTask<ShownRehearsal> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!RehearsalTokens.IsShown(context.Request))
        {
            return new ShownRehearsal(null, null);
        }

        var site = await TheSite.BindAsync(context, parameter);
        if (site.Problem is not null)
        {
            return new ShownRehearsal(null, site.Problem);
        }

        var (rehearsal, problem) = await RehearsalTokens.FindAsync(context, site.Value.Campaign);
        return new ShownRehearsal(rehearsal, problem);
    }
}
