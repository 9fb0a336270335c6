using System;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>A body whose every field may be left out may itself be left out.</summary>
public interface IOptionalBody;

/// <summary>How many bytes of body an endpoint takes.</summary>
public sealed record BodyLimit(int Bytes)
{
    public static readonly BodyLimit Default = new(64 * 1024);

    public static BodyLimit Of(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<BodyLimit>() ?? Default;
}

/// <summary>A JSON body that has the shape of <typeparamref name="T"/>; its meaning is judged by the grain.</summary>
public sealed class Body<T> : IBound where T : class
{
    private readonly T? _value;

    private Body(T? value, byte[] hash, Problem? problem)
    {
        _value = value;
        Hash = hash;
        Problem = problem;
    }

    public T Value => _value ?? throw new InvalidOperationException("The body has a problem and no value.");

    /// <summary>SHA-256 over method, path and body: what an Idempotency-Key stands for.</summary>
    public byte[] Hash { get; }

    public Problem? Problem { get; }

    public static async ValueTask<Body<T>> BindAsync(HttpContext context, ParameterInfo _)
    {
        var raw = await RawBody.ReadAsync(context, typeof(T).IsAssignableTo(typeof(IOptionalBody)), mergePatch: false);
        if (raw.Problem is not null)
        {
            return new Body<T>(null, [], raw.Problem);
        }

        var problem = BodyShape.Check(raw.Json, typeof(T), partial: false, WireJson.Options).ToProblem();
        return new Body<T>(problem is null ? raw.Json.Deserialize<T>(WireJson.Options) : null, raw.Hash, problem);
    }
}

/// <summary>A JSON merge patch (RFC 7396): the fields that it names change, null takes one away, lists are replaced whole.</summary>
public sealed class MergePatch<T> : IBound where T : class
{
    private readonly JsonObject? _patch;

    private MergePatch(JsonObject? patch, Problem? problem)
    {
        _patch = patch;
        Problem = problem;
    }

    public Problem? Problem { get; }

    public static async ValueTask<MergePatch<T>> BindAsync(HttpContext context, ParameterInfo _)
    {
        var raw = await RawBody.ReadAsync(context, optional: false, mergePatch: true);
        var problem = raw.Problem ?? BodyShape.Check(raw.Json, typeof(T), partial: true, WireJson.Options).ToProblem();
        return new MergePatch<T>(problem is null ? raw.Json as JsonObject : null, problem);
    }

    /// <summary>The value with the patch applied.</summary>
    public T ApplyTo(T current)
    {
        var merged = (JsonObject)JsonSerializer.SerializeToNode(current, WireJson.Options)!;
        Merge(merged, _patch ?? throw new InvalidOperationException("The patch has a problem and no value."));
        return merged.Deserialize<T>(WireJson.Options)!;
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject nested && target[name] is JsonObject inner)
            {
                Merge(inner, nested);
            }
            else
            {
                target[name] = value?.DeepClone();
            }
        }
    }
}

/// <summary>A body as it came, judged as JSON and not yet by shape.</summary>
internal sealed record RawBody(JsonNode? Json, byte[] Hash, Problem? Problem)
{
    public static async ValueTask<RawBody> ReadAsync(HttpContext context, bool optional, bool mergePatch)
    {
        var bytes = await RequestBytes.ReadAsync(context, BodyLimit.Of(context).Bytes);
        if (bytes is null)
        {
            return Failed(new Problem(ErrorCodes.TooLarge, $"The body may have at most {BodyLimit.Of(context).Bytes} bytes."));
        }

        var hash = HashOf(context.Request, bytes);
        if (bytes.Length == 0 && optional)
        {
            return new RawBody(new JsonObject(), hash, null);
        }

        if (!RequestBytes.IsJson(context.Request.ContentType, mergePatch))
        {
            return Failed(new Problem(ErrorCodes.UnsupportedMediaType));
        }

        return JsonText.Check(bytes) is { } problem ? Failed(problem) : new RawBody(JsonNode.Parse(bytes), hash, null);
    }

    private static RawBody Failed(Problem problem) => new(null, [], problem);

    public static byte[] HashOf(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path.Value}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
