using System;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;

namespace PrizeDraw.Api.Previews;

/// <summary>Tokens that show a campaign's site before it is published. Nothing of them is stored: a token names its
/// campaign, the epoch that it was made in and its end, under seal.</summary>
public sealed class PreviewTokens(IDataProtectionProvider protection, TimeProvider clock)
{
    public const string Header = "X-Preview-Token";

    internal const string Invalid = "preview.token_invalid";

    /// <summary>Sealed tokens of a campaign's id take less.</summary>
    internal const int LengthMax = 1_000;

    private readonly ExpiringSeal _seal = new(protection, "PrizeDraw.Preview.v1", clock);

    /// <summary>A new token, and when it ends.</summary>
    public (string Token, DateTimeOffset ExpiresAt) Issue(string campaignId, int epoch, TimeSpan lifetime) => _seal.Close(TextOf(campaignId, epoch), lifetime);

    /// <summary>Whether the token shows this campaign, now: of an earlier epoch it shows nothing any more.</summary>
    public bool Shows(string token, string campaignId, int epoch) =>
        token.Length <= LengthMax && string.Equals(_seal.Open(token), TextOf(campaignId, epoch), StringComparison.Ordinal);

    // Links from before there were epochs name the campaign alone: they belong to the first.
    private static string TextOf(string campaignId, int epoch) => epoch == 0 ? campaignId : string.Create(CultureInfo.InvariantCulture, $"{campaignId} {epoch}");
}

/// <summary>Whether the request shows a good token for the site's campaign; a problem where the one that it shows is not good.</summary>
public sealed class ShownPreview : IBound
{
    private ShownPreview(bool isGood, Problem? problem) => (IsGood, Problem) = (isGood, problem);

    public bool IsGood { get; }

    public Problem? Problem { get; }

    public static async ValueTask<ShownPreview> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.Headers.TryGetValue(PreviewTokens.Header, out var values))
        {
            return new ShownPreview(false, null);
        }

        var site = await TheSite.BindAsync(context, parameter);
        if (site.Problem is not null)
        {
            return new ShownPreview(false, site.Problem);
        }

        var tokens = context.RequestServices.GetRequiredService<PreviewTokens>();
        return values is [{ Length: > 0 } token] && token.All(c => c is > ' ' and <= '~') && tokens.Shows(token, site.Value.Campaign.Id, site.Value.Campaign.PreviewEpoch)
            ? new ShownPreview(true, null)
            : new ShownPreview(false, new Problem(PreviewTokens.Invalid));
    }
}
