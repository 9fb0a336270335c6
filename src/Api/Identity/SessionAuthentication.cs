using System;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Identity;

/// <summary>
/// Signs a request in by its bearer token. The session is looked up at every request, by its primary key, so that signing out,
/// a new password or disabling a user counts at once.
/// </summary>
internal sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, AccessTokens tokens, ISessions sessions,
    TimeProvider clock)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Bearer";
    private const string Prefix = "Bearer ";
    private const int TokenLengthMax = 2000;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        // Only endpoints for people look a session up: a stray header must not cost the public endpoints a query.
        var header = Request.Headers.Authorization.ToString();
        if (Context.GetEndpoint()?.Metadata.GetMetadata<Access>() is null
            || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || header.Length > TokenLengthMax)
        {
            return AuthenticateResult.NoResult();
        }

        if (await CallerOfAsync(header[Prefix.Length..].Trim()) is not { } caller)
        {
            return AuthenticateResult.Fail("The token names no open session and no API key that is known here.");
        }

        Context.Features.Set(caller);
        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.NameIdentifier, caller.User.Id), new Claim(ClaimTypes.Role, caller.User.Role)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    private async Task<Caller?> CallerOfAsync(string token)
    {
        if (token.StartsWith(ApiKeySignIn.Prefix, StringComparison.Ordinal))
        {
            return Context.GetEndpoint()?.Metadata.GetMetadata<KeyScope>() is { } scope
                ? await ApiKeySignIn.CallerOfAsync(Context, scope, token)
                : null;
        }

        return tokens.SessionOf(token) is { } sessionId
            && await sessions.FindUserAsync(sessionId, clock.GetUtcNow(), Context.RequestAborted) is { Disabled: false } user
            ? new Caller(user, sessionId)
            : null;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        new Problem(ErrorCodes.AuthRequired).ExecuteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        new Problem(ErrorCodes.Forbidden).ExecuteAsync(Context);
}
