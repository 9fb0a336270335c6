using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Throttling;

namespace PrizeDraw.Api.Entries;

/// <summary>Makes an address wait that has sent too many wrong codes from packs. Entries without a code don't wait.</summary>
internal static class EntryCodeGuesses
{
    /// <summary>Null when the entry may go on.</summary>
    public static Problem? Refuse(HttpContext context, EntryRequest entry) =>
        entry.Proof?.Code is not null && Limit(context).Refuse(FailureLimit.KeyOf(context.Connection.RemoteIpAddress)) is { } seconds
            ? new Problem(ErrorCodes.RateLimited, "Too many wrong codes came from this address; try again later.", retryAfter: seconds)
            : null;

    /// <summary>Counts a refusal where it is of a code.</summary>
    public static void Note(HttpContext context, string? refusal)
    {
        if (refusal == ErrorCodes.EntryCodeInvalid)
        {
            Limit(context).Failed(FailureLimit.KeyOf(context.Connection.RemoteIpAddress));
        }
    }

    private static FailureLimit Limit(HttpContext context) => context.RequestServices.GetRequiredService<GuessLimits>().EntryCodes;
}
