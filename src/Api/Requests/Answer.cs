using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Requests;

/// <summary>A successful answer with its body already written, so that it can be stored and given again word for word.</summary>
public sealed class Answer(StoredAnswer stored) : IResult, IStatusCodeHttpResult
{
    public StoredAnswer Stored => stored;

    public int? StatusCode => stored.Status;

    public static Answer Ok<T>(T body, long? version = null) => Of(StatusCodes.Status200OK, body, null, version);

    public static Answer Created<T>(string location, T body, long? version = null) =>
        Of(StatusCodes.Status201Created, body, location, version);

    /// <summary>Long work has begun; <paramref name="location"/> tells how it stands.</summary>
    public static Answer Accepted<T>(string location, T body, long? version = null) =>
        Of(StatusCodes.Status202Accepted, body, location, version);

    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = stored.Status;
        response.ContentType = "application/json; charset=utf-8";
        if (stored.Location is { } location)
        {
            response.Headers.Location = location;
        }

        if (stored.ETag is { } tag)
        {
            response.Headers.ETag = tag;
        }

        await response.WriteAsync(stored.Body, context.RequestAborted);
    }

    private static Answer Of<T>(int status, T body, string? location, long? version) => new(new StoredAnswer(
        status, location, version is { } v ? IfMatch.TagOf(v) : null, JsonSerializer.Serialize(body, WireJson.Options)));
}
