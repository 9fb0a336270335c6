using System;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Shouldly;

namespace PrizeDraw.Api.Tests.Contract;

/// <summary>Holds every answer against the document: its status, its code and the shape of its body must stand there.</summary>
internal sealed class ContractHandler(ApiDocument document) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await base.SendAsync(request, ct);
        if (document.Find(request.Method.Method, request.RequestUri!.AbsolutePath) is not { } operation)
        {
            return response;
        }

        var status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
        await response.Content.LoadIntoBufferAsync(ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        var answer = operation.Definition["responses"]![status].ShouldNotBeNull($"{operation} answered {status}, which is not documented: {text}");
        var media = response.Content.Headers.ContentType?.MediaType;
        if (media is "application/json" or "application/problem+json")
        {
            var body = JsonNode.Parse(text);
            var schema = answer["content"]?[media]?["schema"].ShouldNotBeNull($"{operation} {status} has no schema for {media}.");
            new SchemaCheck(document).Faults(body, schema!.AsObject()).ShouldBeEmpty($"{operation} {status}: {text}");
            if (media == "application/problem+json")
            {
                operation.Codes.ShouldContain((string)body!["code"]!, $"{operation} doesn't document its code: {text}");
            }
        }

        return response;
    }
}
