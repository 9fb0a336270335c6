using System;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.OpenApi;

/// <summary>Adds to schemas the rules that the framework doesn't know.</summary>
internal sealed class SchemaTransformer : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
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

        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(StockThreshold))
        {
            // A component: where it may be null, that stands beside the reference to it.
            schema.Type = JsonSchemaType.Integer | JsonSchemaType.String;
            (schema.Pattern, schema.Minimum, schema.Maximum) = (StockThreshold.Pattern, "1", StockThreshold.UnitsMax.ToString(CultureInfo.InvariantCulture));
        }

        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
        {
            // Its own converter hides from the framework that an instant is a text.
            schema.Type = type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    private static void Constrain(OpenApiSchema schema, ICustomAttributeProvider attributes)
    {
        if (attributes.IsDefined(typeof(StaysAttribute), true))
        {
            schema.Type &= ~JsonSchemaType.Null;
        }

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

    private static T? Rule<T>(ICustomAttributeProvider provider) where T : Attribute =>
        provider.GetCustomAttributes(typeof(T), true).OfType<T>().FirstOrDefault();
}
