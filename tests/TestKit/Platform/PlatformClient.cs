using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit.Platform;

/// <summary>An HTTP answer as tests look at it.</summary>
public sealed record ApiAnswer(int Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    /// <summary>The code of a problem document.</summary>
    public string? Code => (string?)Body?["code"];

    public JsonNode this[string name] => Body![name] ?? throw new InvalidOperationException($"The answer has no '{name}': {Body}");
}

/// <summary>Speaks to the platform over HTTP alone, as a user of its API would.</summary>
/// <param name="hearsUnavailable">Whether the caller is told of a 503, which is waited out else (<see cref="PatientHandler"/>).</param>
public sealed class PlatformClient(Uri address, bool hearsUnavailable = false) : IDisposable
{
    private readonly HttpClient http = hearsUnavailable
        ? new(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = address, Timeout = PatientHandler.TimeLimit }
        : PatientHandler.Client(address);

    private string? token;

    public Uri Address => address;

    /// <summary>The access token of the last login.</summary>
    public string AccessToken => token ?? throw new InvalidOperationException("Log in first.");

    public void Dispose() => http.Dispose();

    public async Task LoginAsync(string email = PlatformProcess.AdminEmail, string password = PlatformProcess.AdminPassword)
    {
        var answer = await SendAsync(HttpMethod.Post, "/v1/auth/login", new JsonObject { ["email"] = email, ["password"] = password });
        token = (string?)answer["accessToken"];
    }

    public Task<ApiAnswer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<ApiAnswer> PostAsync(string path, JsonNode? body = null) => SendAsync(HttpMethod.Post, path, body ?? new JsonObject());

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string path, JsonNode? body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = JsonContent.Create(body);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await AnswerAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new ApiAnswer((int)answer.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, answer.Headers);
    }

    // The client lets it through as it is when the platform is killed just as it is connected.
    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request);
        }
        catch (SocketException e)
        {
            throw new HttpRequestException("The connection was lost.", e);
        }
    }

    /// <summary>Sends an entry with a site's key.</summary>
    public Task<ApiAnswer> EnterAsync(string slug, string siteKey, string idempotencyKey, JsonNode entry) =>
        SendAsync(HttpMethod.Post, $"/v1/sites/{slug}/entries", entry, ("X-Site-Key", siteKey), ("Idempotency-Key", idempotencyKey));

    /// <summary>The draw, once it has its winners and their certificate: one that takes long, as on a busy machine any may, is answered before.</summary>
    public async Task<JsonNode> WaitForDrawAsync(string drawId) => (await Polling.UntilAsync(
        () => GetAsync($"/v1/draws/{drawId}"), draw => (string?)draw.Body?["progress"]?["stage"] == "done", TimeSpan.FromMinutes(10),
        draw => Task.FromResult($"{draw.Status} {draw.Body}"))).Body!;

    /// <summary>A client's id.</summary>
    public async Task<string> CreateTenantAsync(string slug) =>
        (string)(await PostAsync("/v1/tenants", new JsonObject { ["name"] = slug, ["slug"] = slug }))["id"]!;

    /// <summary>
    /// Reads the campaign until it is in one of these states, for a quarter of an hour at most: on a busy machine a first site's packages and
    /// build take minutes. Fails with what its deployment's log says.
    /// </summary>
    public async Task<JsonNode> WaitForStateAsync(string campaignId, params string[] states)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(15));
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        JsonNode? last = null;
        try
        {
            while (await poll.WaitForNextTickAsync(limit.Token))
            {
                last = (await GetAsync($"/v1/campaigns/{campaignId}")).Body;
                if (Array.IndexOf(states, (string?)last?["state"]) >= 0)
                {
                    return last!;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told below, with what was seen last.
        }

        var deployment = last?["deploymentId"] is { } id ? (await GetAsync($"/v1/deployments/{id}")).Body : null;
        throw new TimeoutException($"The campaign is {last?["state"]}, not {string.Join(" or ", states)}: {deployment?.ToJsonString() ?? "no deployment"}");
    }
}
