using System;
using System.Net.Http;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles.GitHub;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>A double of GitHub with one agency, its template and a token, and plain requests to it.</summary>
internal sealed class GitHubTalk : IAsyncDisposable
{
    public const string Agency = "agency", Template = "agency/site-template", Token = "github-token-of-the-agency", Nonce = "0123456789abcdef";

    private const string Version = "X-GitHub-Api-Version";

    private readonly HttpClient _http = new(new HttpClientHandler { AllowAutoRedirect = false });

    private GitHubTalk(GitHubDouble github)
    {
        GitHub = github;
        _http.BaseAddress = github.Address;
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("tests");
        _http.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.github+json");
        _http.DefaultRequestHeaders.Add(Version, "2022-11-28");
        As(Token);
    }

    public GitHubDouble GitHub { get; }

    public static async Task<GitHubTalk> StartedAsync(TimeProvider? clock = null)
    {
        var github = await GitHubDouble.StartedAsync(clock);
        github.AddOwner(Agency);
        github.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        github.AddRepository(Agency, "site-template", new System.Collections.Generic.Dictionary<string, string>
        {
            ["template.json"] = """{ "version": "1.0.0" }""" + "\n", ["content/campaign.json"] = "{}\n", ["app/page.tsx"] = "export {}\n",
        }, isTemplate: true, tag: "v1.0.0");
        return new GitHubTalk(github);
    }

    public void As(string? token) => _http.DefaultRequestHeaders.Authorization = token is null ? null : new("Bearer", token);

    public void Anonymously() => _http.DefaultRequestHeaders.UserAgent.Clear();

    /// <summary>From now on requests say of which form and version they want their answers only what is told here.</summary>
    public void Asking(string? accept, string? version)
    {
        _http.DefaultRequestHeaders.Accept.Clear();
        _http.DefaultRequestHeaders.Remove(Version);
        if (accept is not null)
        {
            _http.DefaultRequestHeaders.Accept.ParseAdd(accept);
        }

        if (version is not null)
        {
            _http.DefaultRequestHeaders.Add(Version, version);
        }
    }

    public async Task<(int Status, JsonNode? Body)> SendAsync(string method, string path, object? body = null)
    {
        using var answer = await AnswerAsync(method, path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length > 0 ? JsonNode.Parse(text) : null);
    }

    public async Task<HttpResponseMessage> AnswerAsync(string method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(GitHub.Address, path));
        request.Content = body is null ? null : JsonContent.Create(body);
        return await _http.SendAsync(request);
    }

    public Task<(int Status, JsonNode? Body)> GenerateAsync(string name, bool isPrivate = false) => SendAsync(
        "POST", $"repos/{Template}/generate", new { owner = Agency, name, description = $"Campaign site {Nonce}", @private = isPrivate });

    /// <summary>A generated repository whose content has come.</summary>
    public async Task<string> ReadyAsync(string name)
    {
        GitHub.ContentReads = [];
        await GenerateAsync(name);
        return (string)(await SendAsync("GET", $"repos/agency/{name}/git/ref/heads%2Fmain")).Body!["object"]!["sha"]!;
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await GitHub.DisposeAsync();
    }
}
