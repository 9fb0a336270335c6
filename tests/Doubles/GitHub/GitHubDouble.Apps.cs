using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>Apps, and the tokens of their installations.</content>
public sealed partial class GitHubDouble
{
    private readonly List<GitHubInstalledApp> _apps = [];
    private int _issued;

    /// <summary>Installs an app at an owner.</summary>
    public void AddApp(GitHubInstalledApp app) => Locked(() => _apps.Add(app));

    private DoubleAnswer IssueToken(DoubleRequest request)
    {
        if (_apps.FirstOrDefault(a => IsSignedBy(a, request.Seen.Token)) is not { } app)
        {
            return Error(401, "A JSON web token could not be decoded");
        }

        if (app.Installation.ToString(CultureInfo.InvariantCulture) != request["installation_id"])
        {
            return NotFound();
        }

        var (token, until) = ($"installation-token-{++_issued}", Now.AddHours(1));
        _tokens[token] = new GitHubToken($"app-{app.AppId}[bot]") { Owners = [app.Owner], Until = until, IsApp = true, Selected = app.Selected };
        return new DoubleAnswer(201, new JsonObject
        {
            ["token"] = token, ["expires_at"] = until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            ["permissions"] = new JsonObject { ["administration"] = "write", ["contents"] = "write", ["metadata"] = "read" }, ["repository_selection"] = SelectionOf(app.Selected),
        });
    }

    // GitHub's rules: RS256, issued by the app, not from the future, at most ten minutes long and not over.
    private bool IsSignedBy(GitHubInstalledApp app, string? token)
    {
        if (token?.Split('.') is not [var header, var claims, var signature])
        {
            return false;
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(app.PublicKey);
            var said = JsonNode.Parse(Base64Url.DecodeFromChars(claims))!;
            var (now, issued, expires) = (Now.ToUnixTimeSeconds(), (long?)said["iat"], (long?)said["exp"]);
            return key.VerifyData(Encoding.ASCII.GetBytes($"{header}.{claims}"), Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                && (string?)JsonNode.Parse(Base64Url.DecodeFromChars(header))!["alg"] == "RS256" && said["iss"]?.ToString() == app.AppId
                && issued <= now && expires > now && expires <= now + 600;
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
