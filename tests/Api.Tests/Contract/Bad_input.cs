using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Contract;

/// <summary>Every body that the document describes, spoilt in every way: always the documented problem, and nothing reaches a grain.</summary>
public sealed class Bad_input(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task An_example_is_accepted()
    {
        // Without this, the refusals below could be refusals of anything. Winners are replaced where there are some.
        var draw = host.Campaign.Settings.Draw!.Id!;
        host.Platform.Draws[draw] = Sample.Drawn(draw, host.Campaign.Id, host.Clock.GetUtcNow());
        foreach (var operation in WithBody.Where(operation => operation.Id is not ("login" or "refresh" or "changePassword")))
        {
            var response = await SendAsync(operation, host.Document.ExampleFor(operation).ToJsonString());
            ((int)response.StatusCode).ShouldBeInRange(200, 299, $"{operation}: {await response.Content.ReadAsStringAsync()}");
        }
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("{\"a\":1}}")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{'a':1}")]
    [InlineData("{\"a\":\"\\u0000\"}")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":NaN}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("/* a */{}")]
    public async Task That_is_not_JSON_is_refused(string body)
    {
        foreach (var operation in WithBody.Where(operation => body.Length > 0 || !IsOptional(operation)))
        {
            await RefusedAsync(operation, await SendAsync(operation, body), "request.invalid_json");
        }
    }

    [Fact]
    public async Task Deeper_than_allowed_is_refused()
    {
        var body = string.Concat(Enumerable.Repeat("{\"a\":", 2000)) + "1" + new string('}', 2000);
        foreach (var operation in WithBody)
        {
            await RefusedAsync(operation, await SendAsync(operation, body), "request.invalid_json");
        }
    }

    [Fact]
    public async Task That_is_not_UTF8_is_refused()
    {
        foreach (var operation in WithBody)
        {
            var content = new ByteArrayContent([.. "{\"a\":\""u8, 0xff, 0xfe, .. "\"}"u8]);
            content.Headers.ContentType = new("application/json");
            await RefusedAsync(operation, await SendAsync(operation, content), "request.invalid_json");
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"text\"")]
    public async Task That_is_no_object_is_refused(string body)
    {
        foreach (var operation in WithBody)
        {
            await RefusedAsync(operation, await SendAsync(operation, body), "request.invalid_field");
        }
    }

    [Fact]
    public async Task With_an_unknown_field_is_refused_by_its_path()
    {
        foreach (var operation in WithBody)
        {
            foreach (var (path, spoil) in Objects(host.Document.ExampleFor(operation), ""))
            {
                var body = host.Document.ExampleFor(operation);
                spoil(body);
                var problem = await RefusedAsync(operation, await SendAsync(operation, body.ToJsonString()), "request.unknown_field");
                problem["errors"]!.AsObject().ShouldContainKey(path);
            }
        }
    }

    [Fact]
    public async Task With_a_wrong_type_is_refused_by_its_path()
    {
        foreach (var operation in WithBody)
        {
            var schema = host.Document.Resolve(operation.BodySchema!);
            foreach (var (name, property) in schema["properties"]!.AsObject())
            {
                foreach (var wrong in new JsonNode[] { new JsonObject { ["x"] = 1 }, new JsonArray(new JsonArray()), "text that is nothing else", true, 1.5, -7_000_000_000 })
                {
                    if (new SchemaCheck(host.Document).Faults(wrong, property!.AsObject()).Any())
                    {
                        var body = host.Document.ExampleFor(operation);
                        body[name] = wrong.DeepClone();
                        var problem = await SendAsync(operation, body.ToJsonString());
                        ((int)problem.StatusCode).ShouldBe(400, $"{operation} {name} = {wrong.ToJsonString()}");
                        (await problem.JsonAsync())["errors"]!.AsObject().ShouldContain(error => error.Key.StartsWith(name, StringComparison.Ordinal));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Without_a_required_field_is_refused_by_its_name()
    {
        foreach (var operation in WithBody)
        {
            foreach (var name in host.Document.Resolve(operation.BodySchema!)["required"]?.AsArray().Select(name => (string)name!) ?? [])
            {
                var body = host.Document.ExampleFor(operation);
                body.Remove(name);
                var problem = await RefusedAsync(operation, await SendAsync(operation, body.ToJsonString()), "request.invalid_field");
                problem["errors"]!.AsObject().ShouldContainKey(name);
            }
        }
    }

    [Fact]
    public async Task Out_of_its_bounds_is_refused_by_its_name()
    {
        foreach (var operation in WithBody)
        {
            foreach (var (name, property) in host.Document.Resolve(operation.BodySchema!)["properties"]!.AsObject())
            {
                foreach (var wrong in OutOfBounds(property!.AsObject()))
                {
                    var body = host.Document.ExampleFor(operation);
                    body[name] = wrong;
                    var problem = await RefusedAsync(operation, await SendAsync(operation, body.ToJsonString()), "request.invalid_field");
                    problem["errors"]!.AsObject().ShouldContainKey(name);
                }
            }
        }
    }

    [Fact]
    public async Task That_is_too_long_is_refused()
    {
        foreach (var operation in WithBody)
        {
            var body = "{\"a\":\"" + new string('a', 1_100_000) + "\"}";
            await RefusedAsync(operation, await SendAsync(operation, body), "request.too_large", HttpStatusCode.RequestEntityTooLarge);
        }
    }

    [Fact]
    public async Task That_is_too_long_and_hides_its_length_is_refused()
    {
        var content = new StreamContent(new System.IO.MemoryStream(Encoding.UTF8.GetBytes("{\"a\":\"" + new string('a', 40_000) + "\"}")));
        content.Headers.ContentType = new("application/json");
        content.Headers.ContentLength = null;
        var operation = WithBody.Single(operation => operation.Id == "submitEntry");
        using var request = Request(operation, content);
        request.Headers.TransferEncodingChunked = true;
        var response = await host.Visitor().SendAsync(request);
        await RefusedAsync(operation, response, "request.too_large", HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task In_another_format_is_refused(string type)
    {
        foreach (var operation in WithBody)
        {
            var content = new StringContent(host.Document.ExampleFor(operation).ToJsonString());
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(type);
            await RefusedAsync(
                operation, await SendAsync(operation, content), "request.unsupported_media_type", HttpStatusCode.UnsupportedMediaType);
        }
    }

    [Theory]
    [InlineData("GET", "/v1/nothing", 404, "request.not_found")]
    [InlineData("GET", "/nothing", 404, "request.not_found")]
    [InlineData("GET", "/v1/sites/summer-paris/nothing", 404, "request.not_found")]
    [InlineData("PUT", "/v1/campaigns", 405, "request.method_not_allowed")]
    [InlineData("DELETE", "/v1/auth/login", 405, "request.method_not_allowed")]
    [InlineData("GET", "/v1/sites/summer-paris/entries", 405, "request.method_not_allowed")]
    public async Task At_a_wrong_address_is_refused(string method, string path, int status, string code) =>
        await (await (await host.AdminAsync()).SendJsonAsync(new HttpMethod(method), path, null)).ShouldBeProblemAsync((HttpStatusCode)status, code);

    [Theory]
    [InlineData("/v1/campaigns?limit=0")]
    [InlineData("/v1/campaigns?limit=201")]
    [InlineData("/v1/campaigns?limit=many")]
    [InlineData("/v1/campaigns?limit=1&limit=2")]
    [InlineData("/v1/campaigns?cursor=made-up")]
    [InlineData("/v1/campaigns?cursor=")]
    [InlineData("/v1/campaigns?tenantId=acme")]
    [InlineData("/v1/audit?from=yesterday")]
    [InlineData("/v1/audit?actor=a%00b")]
    [InlineData("/v1/audit?campaignId=ten_1")]
    public async Task In_the_query_is_refused(string path) =>
        await (await (await host.AdminAsync()).GetAsync(path)).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");

    [Theory]
    [InlineData("/v1/campaigns/%01")]
    [InlineData("/v1/campaigns/cmp_ZZZ")]
    [InlineData("/v1/campaigns/..%2f..%2fetc")]
    [InlineData("/v1/draws/drw_%ff")]
    public async Task In_an_id_is_not_found(string path) =>
        await (await (await host.AdminAsync()).GetAsync(path)).ShouldBeAsync(HttpStatusCode.NotFound);

    private IEnumerable<Operation> WithBody => host.Document.Operations.Where(operation => operation.BodySchema is not null);

    private static bool IsOptional(Operation operation) => (bool?)operation.Definition["requestBody"]!["required"] != true;

    private async Task<JsonNode> RefusedAsync(
        Operation operation, HttpResponseMessage response, string code, HttpStatusCode status = HttpStatusCode.BadRequest)
    {
        var commands = host.Platform.Commands;
        var problem = await response.ShouldBeProblemAsync(status, code);
        host.Platform.Commands.ShouldBe(commands, operation.ToString());
        return problem;
    }

    private Task<HttpResponseMessage> SendAsync(Operation operation, string body) => SendAsync(operation, Host.Requests.Json(body));

    private async Task<HttpResponseMessage> SendAsync(Operation operation, HttpContent content)
    {
        var before = host.Platform.Commands;
        using var request = Request(operation, content);
        if (operation.Path.EndsWith("/claims", StringComparison.Ordinal))
        {
            request.Headers.Add("X-Claim-Token", FakeClaims.Token);
        }

        if (operation.Path.EndsWith("/observations", StringComparison.Ordinal))
        {
            request.Headers.Add("X-Observer-Token", FakeObservations.TokenOf(host.Campaign.Settings.Draw!.Id!));
        }

        var client = operation.NeedsSite ? host.Visitor() : operation.NeedsPerson ? await host.AdminAsync() : host.Stranger();
        var response = await client.SendAsync(request);
        if ((int)response.StatusCode >= 400)
        {
            host.Platform.Commands.ShouldBe(before, $"{operation} was refused after a grain had been asked.");
        }

        return response;
    }

    private HttpRequestMessage Request(Operation operation, HttpContent content)
    {
        var campaign = operation.Id is "changeCampaign" or "changeTenant" or "changeUser" ? host.Foreign : host.Campaign;
        if (content is StringContent text && text.ReadAsStringAsync().Result.Contains("ten_0193a5f2c0de7a10b1c2d3e4f5a6b7c8", StringComparison.Ordinal))
        {
            content = Host.Requests.Json(text.ReadAsStringAsync().Result
                .Replace("ten_0193a5f2c0de7a10b1c2d3e4f5a6b7c8", host.Acme.Id, StringComparison.Ordinal));
            content.Headers.ContentType = text.Headers.ContentType;
        }

        return new HttpRequestMessage(new HttpMethod(operation.Method), host.PathOf(operation, campaign))
        {
            Content = content, Headers = { { "Idempotency-Key", Guid.CreateVersion7().ToString() } },
        };
    }

    /// <summary>For each object in the example: its path with a made-up field, and how to put that field there.</summary>
    private static IEnumerable<(string Path, Action<JsonObject> Spoil)> Objects(JsonNode node, string path)
    {
        if (node is JsonObject fields && !path.EndsWith("answers", StringComparison.Ordinal))
        {
            var steps = path;
            yield return (path.Length == 0 ? "zzz" : $"{path}.zzz", body => ((JsonObject)At(body, steps))["zzz"] = 1);
            foreach (var inner in fields.Where(field => field.Value is not null)
                .SelectMany(field => Objects(field.Value!, path.Length == 0 ? field.Key : $"{path}.{field.Key}")))
            {
                yield return inner;
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var inner in items.SelectMany((item, index) => item is null ? [] : Objects(item, $"{path}[{index}]")))
            {
                yield return inner;
            }
        }
    }

    private static JsonNode At(JsonNode body, string path) => path.Split(['.', '['], StringSplitOptions.RemoveEmptyEntries).Aggregate(
        body, (node, step) => step.EndsWith(']') ? node[int.Parse(step.TrimEnd(']'), System.Globalization.CultureInfo.InvariantCulture)]! : node[step]!);

    private static IEnumerable<JsonNode> OutOfBounds(JsonObject property)
    {
        if (property["maxLength"] is { } longest && (int)longest < 10_000)
        {
            yield return new string('a', (int)longest + 1);
        }

        if ((int?)property["minLength"] is > 0)
        {
            yield return "";
        }

        if (property["enum"] is not null)
        {
            yield return "something-else";
        }

        if (property["pattern"] is not null)
        {
            yield return "?? ??";
        }

        if (property["minimum"] is { } least)
        {
            yield return (long)least - 1;
        }

        if (property["maximum"] is { } most && (long)most < int.MaxValue)
        {
            yield return (long)most + 1;
        }
    }
}
