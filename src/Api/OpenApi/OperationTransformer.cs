using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Claims;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Previews;
using PrizeDraw.Api.Rehearsals;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.OpenApi;

/// <summary>Adds to an operation what follows from its endpoint: headers, query parameters, credentials, error codes.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var arguments = metadata.OfType<MethodInfo>().FirstOrDefault()?.GetParameters().Select(p => p.ParameterType).ToHashSet() ?? [];
        operation.Parameters ??= [];
        AddPath(operation, context.Description.RelativePath ?? "");
        AddParameters(operation, arguments, metadata);
        AddCsv(operation, metadata);
        operation.Security = SecurityOf(metadata, context.Document!);
        DescribeAnswers(operation, metadata);
        return Task.CompletedTask;
    }

    private static void AddCsv(OpenApiOperation operation, IList<object> metadata)
    {
        if (metadata.OfType<CsvBody>().FirstOrDefault() is { } csv && operation.RequestBody?.Content is { } content)
        {
            content["text/csv"] = new OpenApiMediaType
            {
                Schema = new OpenApiSchema { Type = JsonSchemaType.String, Description = csv.Meaning }, Example = csv.Example,
            };
        }
    }

    private static void AddPath(OpenApiOperation operation, string path)
    {
        // A constraint of the route, such as {position:int}, is no part of the name.
        foreach (var name in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}').Split(':')[0]))
        {
            if (operation.Parameters!.OfType<OpenApiParameter>().FirstOrDefault(known => known.Name == name) is { } known)
            {
                operation.Parameters!.Remove(known);
            }

            Add(operation, name, ParameterLocation.Path, PathMeaning(name), name switch
            {
                "slug" => new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[a-z][a-z0-9-]*$", MinLength = 3, MaxLength = 40 },
                "version" or "position" => new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" },
                _ => Text(1, 40),
            }, required: true);
        }
    }

    private static void AddParameters(OpenApiOperation operation, HashSet<Type> arguments, IList<object> metadata)
    {
        if (arguments.Contains(typeof(Paging)))
        {
            Add(operation, "limit", ParameterLocation.Query, "How many items at most.", Whole(1, Paging.LimitMax, Paging.LimitDefault));
            Add(operation, "cursor", ParameterLocation.Query, "nextCursor of the page before.", Text(1, 1000));
        }

        if (arguments.Contains(typeof(AuditQuery)))
        {
            Add(operation, "tenantId", ParameterLocation.Query, "Events of this tenant.", Text(1, 40));
            Add(operation, "campaignId", ParameterLocation.Query, "Events of this campaign.", Text(1, 40));
            Add(operation, "actor", ParameterLocation.Query, "Events by this user id, or system.", Text(1, 100));
            Add(operation, "subject", ParameterLocation.Query, "Events about this id.", Text(1, 100));
            Add(operation, "from", ParameterLocation.Query, "Events at or after this instant.", Instant());
            Add(operation, "until", ParameterLocation.Query, "Events before this instant.", Instant());
        }

        if (arguments.Contains(typeof(ClaimFilter)))
        {
            Add(operation, "state", ParameterLocation.Query, "Claims in this state alone.", new OpenApiSchema
            {
                Type = JsonSchemaType.String, Enum = [.. ClaimFilter.States.Select(state => (JsonNode)state)],
            });
        }

        if (arguments.Contains(typeof(StatsSpan)))
        {
            Add(operation, "from", ParameterLocation.Query, "Hours from this instant on; by default 48 hours before to.", Instant());
            Add(operation, "to", ParameterLocation.Query, "Hours before this instant; by default until now.", Instant());
        }

        AddHeaders(operation, arguments, metadata);
    }

    private static void AddHeaders(OpenApiOperation operation, HashSet<Type> arguments, IList<object> metadata)
    {
        if (arguments.Contains(typeof(ShownRehearsal)) || metadata.OfType<Rehearsable>().Any())
        {
            Add(operation, RehearsalTokens.Header, ParameterLocation.Header, "Leads into a rehearsal, apart from everything that counts.", Text(1, 100));
        }

        if (arguments.Contains(typeof(ShownPreview)))
        {
            Add(operation, PreviewTokens.Header, ParameterLocation.Header, "Shows the site before it is published.", Text(1, PreviewTokens.LengthMax));
        }

        if (arguments.Contains(typeof(IfMatch)))
        {
            Add(operation, "If-Match", ParameterLocation.Header, "The ETag that was read: a change in between is refused.", Text(1, 100));
        }

        foreach (var token in metadata.OfType<TokenHeader>())
        {
            Add(operation, token.Name, ParameterLocation.Header, token.Meaning, Text(1, 6_000), true);
        }

        var keyed = metadata.OfType<SiteKeyed>().Any();
        var entry = keyed && operation.RequestBody is not null && !metadata.OfType<TokenHeader>().Any();
        if (arguments.Contains(typeof(Creation)) || entry)
        {
            Add(operation, IdempotencyKey.Header, ParameterLocation.Header,
                "Names this request: a repeated one creates nothing new and gets the same answer.",
                new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 8, MaxLength = 200, Pattern = "^[!-~]+$" }, entry);
        }
    }

    private static void DescribeAnswers(OpenApiOperation operation, IList<object> metadata)
    {
        var codes = metadata.OfType<Failures>().LastOrDefault()?.Codes ?? [];
        operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
        operation.Extensions["x-error-codes"] = new JsonNodeExtension(new JsonArray([.. codes.Select(code => (JsonNode)code)]));
        foreach (var (status, answer) in operation.Responses!.Select(pair => (pair.Key, (OpenApiResponse)pair.Value)))
        {
            var own = codes.Select(ErrorCodes.Find).Where(code => code.Status.ToString(CultureInfo.InvariantCulture) == status)
                .ToArray();
            answer.Description = own.Length > 0 ? string.Join(" ", own.Select(code => $"`{code.Code}`: {code.Meaning}")) : Success(status);
            answer.Headers = HeadersOf(status, metadata);
        }
    }

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(string status, IList<object> metadata)
    {
        var headers = new Dictionary<string, IOpenApiHeader>();
        var told = metadata.OfType<AnswerHeaders>().FirstOrDefault(told =>
            told.Status.ToString(CultureInfo.InvariantCulture) == status);
        if (told?.Location == true && !metadata.OfType<SiteKeyed>().Any())
        {
            headers["Location"] = Header("Where the result is, or tells how it stands.");
        }

        if (told?.ETag == true)
        {
            headers["ETag"] = Header("The version, for If-Match.");
        }

        if (status is "429" or "503")
        {
            headers["Retry-After"] = Header("Seconds after which to try the same request again; absent while a campaign is paused.");
        }

        return headers.Count == 0 ? null : headers;
    }

    private static List<OpenApiSecurityRequirement> SecurityOf(IList<object> metadata, OpenApiDocument document) =>
        metadata.OfType<Access>().Any() ? [Requirement(DocumentTransformer.Bearer, document)]
        : metadata.OfType<SiteKeyed>().Any() ? [Requirement(DocumentTransformer.SiteKey, document)]
        : [];

    private static OpenApiSecurityRequirement Requirement(string scheme, OpenApiDocument document) =>
        new() { [new OpenApiSecuritySchemeReference(scheme, document)] = [] };

    private static string Success(string status) => status switch
    {
        "200" => "Done.", "201" => "Created.", "202" => "Begun; Location tells how it stands.", "204" => "Done; there is nothing to tell.",
        _ => "Answered.",
    };

    private static string PathMeaning(string? name) => name switch
    {
        "slug" => "The campaign's short name.", "version" => "The version's number.", "position" => "The place in the draw's order, from 1.", _ => "The id.",
    };

    private static void Add(
        OpenApiOperation operation, string name, ParameterLocation location, string meaning, OpenApiSchema schema, bool required = false) =>
        operation.Parameters!.Add(new OpenApiParameter
        {
            Name = name, In = location, Description = meaning, Schema = schema, Required = required,
        });

    private static OpenApiHeader Header(string meaning) =>
        new() { Description = meaning, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiSchema Text(int least, int most) => new() { Type = JsonSchemaType.String, MinLength = least, MaxLength = most };

    private static OpenApiSchema Whole(int least, int most, int otherwise) => new()
    {
        Type = JsonSchemaType.Integer, Minimum = least.ToString(CultureInfo.InvariantCulture),
        Maximum = most.ToString(CultureInfo.InvariantCulture), Default = otherwise,
    };

    private static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };
}
