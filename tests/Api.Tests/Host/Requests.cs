using System;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Contract;
using Shouldly;

namespace PrizeDraw.Api.Tests.Host;

internal static class Requests
{
    public static HttpContent Json(string text) => new StringContent(text, Encoding.UTF8, "application/json");

    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, JsonNode? body, string? key = null) =>
        client.SendJsonAsync(HttpMethod.Post, path, body?.ToJsonString(), ("Idempotency-Key", key));

    public static Task<HttpResponseMessage> PatchJsonAsync(this HttpClient client, string path, string body, string? ifMatch = null) =>
        client.SendJsonAsync(HttpMethod.Patch, path, body, ("If-Match", ifMatch));

    public static async Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient client, HttpMethod method, string path, string? body, params (string Name, string? Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : Json(body) };
        foreach (var (name, value) in headers)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await client.SendAsync(request);
    }

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync()) ?? throw new InvalidOperationException("The answer is null.");

    /// <summary>The answer is a problem document with this status and code, and complete.</summary>
    public static async Task<JsonNode> ShouldBeProblemAsync(this HttpResponseMessage response, HttpStatusCode status, string code)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
        var problem = JsonNode.Parse(text)!;
        ((string?)problem["code"]).ShouldBe(code, text);
        ((int?)problem["status"]).ShouldBe((int)status);
        ((string?)problem["traceId"]).ShouldNotBeNullOrEmpty();
        ((string?)problem["detail"]).ShouldNotBeNullOrEmpty();
        return problem;
    }

    public static async Task<JsonNode> ShouldBeAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.StatusCode.ShouldBe(status, text);
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}
