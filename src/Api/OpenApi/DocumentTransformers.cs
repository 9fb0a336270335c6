using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;

namespace PrizeDraw.Api.OpenApi;

/// <summary>Says of the whole document what no endpoint says.</summary>
internal sealed class DocumentTransformer(ApiOptions options) : IOpenApiDocumentTransformer
{
    public const string Bearer = "bearer", SiteKey = "siteKey";

    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Prize Draw Platform",
            Version = "1",
            Description = "Campaigns, entries and draws. Times are RFC 3339 in UTC; ids are opaque; errors are RFC 9457 documents whose code is "
                + "stable. Lists are paged newest first. Unknown fields are refused.",
            License = new OpenApiLicense { Name = "Proprietary" },
        };
        document.Servers = [new OpenApiServer { Url = options.PublicBaseUrl.GetLeftPart(UriPartial.Authority) }];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An access token of POST /v1/auth/login.",
            },
            [SiteKey] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Header, Name = TheSite.KeyHeader,
                Description = "The campaign's publishable site key.",
            },
        };
        var holding = await context.GetOrCreateSchemaAsync(typeof(SiteHolding), null, ct);
        document.AddComponent(nameof(SiteHolding), holding);
        if (document.Paths.TryGetValue("/v1/sites/{slug}", out var site)
            && site.Operations![System.Net.Http.HttpMethod.Get].Responses!["200"].Content!["application/json"] is { } content)
        {
            content.Schema = new OpenApiSchema { OneOf = [content.Schema!, new OpenApiSchemaReference(nameof(SiteHolding), document)] };
        }
    }
}

/// <summary>Adds to an operation what follows from its endpoint: headers, query parameters, credentials, error codes.</summary>
internal sealed class OperationTransformer : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var arguments = metadata.OfType<MethodInfo>().FirstOrDefault()?.GetParameters().Select(p => p.ParameterType).ToHashSet() ?? [];
        operation.Parameters ??= [];
        AddParameters(operation, arguments, metadata);
        foreach (var parameter in operation.Parameters.OfType<OpenApiParameter>().Where(parameter => parameter.In == ParameterLocation.Path))
        {
            parameter.Description ??= PathMeaning(parameter.Name);
        }

        operation.Security = SecurityOf(metadata, context.Document!);
        DescribeAnswers(operation, metadata);
        return Task.CompletedTask;
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

        if (arguments.Contains(typeof(IfMatch)))
        {
            Add(operation, "If-Match", ParameterLocation.Header, "The ETag that was read: a change in between is refused.", Text(1, 100));
        }

        var keyed = metadata.OfType<SiteKeyed>().Any();
        var entry = keyed && operation.RequestBody is not null;
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
            var own = codes.Select(ErrorCodes.Find).Where(code => code.Status.ToString(System.Globalization.CultureInfo.InvariantCulture) == status)
                .ToArray();
            answer.Description = own.Length > 0 ? string.Join(" ", own.Select(code => $"`{code.Code}`: {code.Meaning}")) : Success(status);
            answer.Headers = HeadersOf(status, metadata);
        }
    }

    private static Dictionary<string, IOpenApiHeader>? HeadersOf(string status, IList<object> metadata)
    {
        var headers = new Dictionary<string, IOpenApiHeader>();
        var told = metadata.OfType<AnswerHeaders>().FirstOrDefault(told =>
            told.Status.ToString(System.Globalization.CultureInfo.InvariantCulture) == status);
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
        "slug" => "The campaign's short name.", "version" => "The version's number.", _ => "The id.",
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
        Type = JsonSchemaType.Integer, Minimum = least.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Maximum = most.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = otherwise,
    };

    private static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };
}

/// <summary>Adds to schemas the rules that the framework doesn't know.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public async Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        if (context.JsonPropertyInfo is { AttributeProvider: { } attributes })
        {
            Constrain(schema, attributes);
        }

        if (type.GetCustomAttribute<ExampleAttribute>() is { } example)
        {
            schema.Examples = [JsonNode.Parse(example.Json)!];
        }

        if (type.Namespace?.StartsWith("PrizeDraw.Grains.Abstractions", StringComparison.Ordinal) == true && schema.Properties is { } properties)
        {
            // Grain records are only ever answered, and answers write every field.
            schema.Required = properties.Keys.ToHashSet();
        }

        if (context.JsonPropertyInfo?.PropertyType == typeof(System.Collections.Immutable.ImmutableSortedDictionary<string, string>))
        {
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
            schema.AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Number | JsonSchemaType.Boolean };
        }

        if (type.GetCustomAttribute<ShorthandAttribute>() is { } shorthand && schema.Properties is not null && schema.OneOf is null)
        {
            await AllowTextAsync(schema, shorthand.Field);
        }
    }

    private static void Constrain(OpenApiSchema schema, ICustomAttributeProvider attributes)
    {
        if (Rule<AllowedValuesAttribute>(attributes) is { } allowed)
        {
            schema.Enum = [.. allowed.Values.Select(value => (JsonNode)(string)value!)];
            if (schema.Type?.HasFlag(JsonSchemaType.Null) == true)
            {
                schema.Enum.Add(null!);
            }
        }

        if (Rule<ItemLengthAttribute>(attributes) is { } item && schema.Items is OpenApiSchema text)
        {
            (text.MinLength, text.MaxLength) = (item.Least, item.Most);
        }
    }

    private static Task AllowTextAsync(OpenApiSchema schema, string field)
    {
        schema.OneOf =
        [
            new OpenApiSchema { Type = JsonSchemaType.String, MinLength = 1, MaxLength = 200, Description = $"Stands for {field}." },
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object, Properties = schema.Properties, Required = schema.Required,
                AdditionalPropertiesAllowed = false,
            },
        ];
        schema.Type = null;
        schema.Properties = null;
        schema.Required = null;
        schema.AdditionalPropertiesAllowed = true;
        return Task.CompletedTask;
    }

    private static T? Rule<T>(ICustomAttributeProvider provider) where T : Attribute =>
        provider.GetCustomAttributes(typeof(T), true).OfType<T>().FirstOrDefault();
}
