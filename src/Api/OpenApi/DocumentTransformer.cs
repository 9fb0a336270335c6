using System;
using System.Collections.Generic;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PrizeDraw.Api.Draws;
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
        AllowTextInPlaceOf(document.Components.Schemas![nameof(DrawPrizeFields)], "name");
        // The audit's values are objects. Without a type this would take null too, and be ambiguous beside null.
        ((OpenApiSchema)document.Components.Schemas[nameof(JsonElement)]).Type = JsonSchemaType.Object;
        var holding = await context.GetOrCreateSchemaAsync(typeof(SiteHolding), null, ct);
        document.AddComponent(nameof(SiteHolding), holding);
        if (document.Paths.TryGetValue("/v1/sites/{slug}", out var site)
            && site.Operations![System.Net.Http.HttpMethod.Get].Responses!["200"].Content!["application/json"] is { } content)
        {
            content.Schema = new OpenApiSchema { OneOf = [content.Schema!, new OpenApiSchemaReference(nameof(SiteHolding), document)] };
        }
    }

    /// <summary>A text may stand for the object (<see cref="ShorthandAttribute"/>).</summary>
    private static void AllowTextInPlaceOf(IOpenApiSchema schema, string field)
    {
        var whole = (OpenApiSchema)schema;
        whole.OneOf =
        [
            whole.Properties![field],
            new OpenApiSchema
            {
                Type = JsonSchemaType.Object, Properties = whole.Properties, Required = whole.Required, AdditionalPropertiesAllowed = false,
            },
        ];
        (whole.Type, whole.Properties, whole.Required, whole.AdditionalPropertiesAllowed) = (null, null, null, true);
    }
}
