using System;
using System.Buffers.Text;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Throttling;

namespace PrizeDraw.Api.Claims;

/// <summary>The token in X-Claim-Token, by its hash alone. An address that has shown too many wrong ones waits.</summary>
public sealed class ClaimToken : IBound
{
    public const string Header = "X-Claim-Token";
    private const int Length = 43;

    private readonly HttpContext _context;
    private readonly string? _hash;

    private ClaimToken(HttpContext context, string? hash, Problem? problem) => (_context, _hash, Problem) = (context, hash, problem);

    /// <summary>SHA-256 of the token, lower-case hex.</summary>
    public string Hash => _hash ?? throw new InvalidOperationException("There is no token.");

    public Problem? Problem { get; }

    public static ValueTask<ClaimToken> BindAsync(HttpContext context, ParameterInfo _)
    {
        if (LimitOf(context).Refuse(FailureLimit.KeyOf(context.Connection.RemoteIpAddress)) is { } seconds)
        {
            return ValueTask.FromResult(new ClaimToken(
                context, null, new Problem(ErrorCodes.RateLimited, "Too many wrong links came from this address; try again later.", retryAfter: seconds)));
        }

        return ValueTask.FromResult(context.Request.Headers[Header] switch
        {
            [{ Length: Length } token] when Base64Url.IsValid(token) =>
                new ClaimToken(context, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))), null),
            [{ Length: > 0 }] => new ClaimToken(context, null, Wrong(context)),
            _ => new ClaimToken(context, null, Problem.At(ErrorCodes.InvalidHeader, Header, "must be given once: what stands after # in the link.")),
        });
    }

    /// <summary>The token leads to nothing: that counts.</summary>
    public Problem Wrong() => Wrong(_context);

    private static Problem Wrong(HttpContext context)
    {
        LimitOf(context).Failed(FailureLimit.KeyOf(context.Connection.RemoteIpAddress));
        return new Problem("claim.not_found");
    }

    private static FailureLimit LimitOf(HttpContext context) => context.RequestServices.GetRequiredService<GuessLimits>().Claims;
}
