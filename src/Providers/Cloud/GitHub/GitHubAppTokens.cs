using System;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Http;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>A GitHub App as it is installed at one owner.</summary>
/// <param name="AppId">The app's id or client id.</param>
/// <param name="Installation">The installation's number.</param>
/// <param name="PrivateKey">The app's RSA key as a PEM text. Never logged, and not part of <see cref="ToString"/>.</param>
public sealed record GitHubApp(string AppId, long Installation, string PrivateKey)
{
    /// <inheritdoc/>
    public override string ToString() => $"app {AppId}, installation {Installation}";
}

/// <summary>
/// Installation tokens of a GitHub App, which live for an hour: made when needed, kept in memory alone, made anew ten minutes before they expire.
/// </summary>
public sealed class GitHubAppTokens(HttpClient http, GitHubApp app, CloudOptions options, IRequestBudget budget, TimeProvider clock) : ICloudTokens
{
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim _oneAtATime = new(1);
    private volatile Made? _made;

    /// <summary>The account whose tokens these are. It stays the same account when the app's key is changed.</summary>
    public CloudAccount Account => Named($"installation\n{app.Installation.ToString(CultureInfo.InvariantCulture)}") with { Token = "", Tokens = this };

    /// <inheritdoc/>
    public async ValueTask<string> CurrentAsync(CancellationToken ct)
    {
        if (_made is { } made && clock.GetUtcNow() < made.Until)
        {
            return made.Token;
        }

        await _oneAtATime.WaitAsync(ct);
        try
        {
            if (_made is not { } other || clock.GetUtcNow() >= other.Until)
            {
                _made = await MakeAsync(ct);
            }

            return _made!.Token;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Forget(string token)
    {
        if (_made?.Token == token)
        {
            _made = null;
        }
    }

    private static CloudAccount Named(string name) => CloudAccount.Of("github", name);

    private async Task<Made> MakeAsync(CancellationToken ct)
    {
        var account = Named("app\n" + app.AppId) with { Token = Signed() };
        var call = new CloudCall(HttpMethod.Post, "github.installation-token", CloudPath.Of($"/app/installations/{app.Installation}/access_tokens"))
        {
            // A second token does no harm.
            MayRepeat = true, MayTellOfOthers = true, Points = 5, Expected = [404],
        };
        var answer = await new CloudClient(http, new GitHubDialect(), account, options, budget, clock).SendAsync(call, ct);
        if (answer.Status == 404)
        {
            throw new ProviderException(
                ProviderFault.Unauthorized, $"GitHub does not know the installation {app.Installation} of the app {app.AppId}: install the app again, store its number, then try again.");
        }

        return answer.Body.Text("token") is { } token
            && DateTimeOffset.TryParse(answer.Body.Text("expires_at"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var expires)
                ? new Made(token, expires - Reserve)
                : throw new ProviderException(ProviderFault.Transient, "GitHub's answer holds no installation token. It is tried again later.");
    }

    /// <summary>The app's own credential: a JSON web token signed by RS256, dated back a minute since clocks differ, valid for nine.</summary>
    private string Signed()
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iat"] = now - 60, ["exp"] = now + 540, ["iss"] = app.AppId };
        var text = $"{Encoded("""{"alg":"RS256","typ":"JWT"}""")}.{Encoded(claims.ToJsonString())}";
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(app.PrivateKey);
            var signature = key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{text}.{Base64Url.EncodeToString(signature)}";
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            // The inner exception is left out: it may quote the key.
            throw new ProviderException(ProviderFault.Unauthorized, $"The private key of GitHub's app {app.AppId} is not an RSA key in PEM form: store it anew, then try again.");
        }
    }

    private static string Encoded(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private sealed record Made(string Token, DateTimeOffset Until);
}
