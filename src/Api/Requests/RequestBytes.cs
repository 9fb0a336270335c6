using System;
using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PrizeDraw.Api.Requests;

/// <summary>Reads a body up to a bound, whatever its declared length says.</summary>
internal static class RequestBytes
{
    /// <summary>All of the body, or null when it has more than <paramref name="most"/> bytes.</summary>
    public static async ValueTask<byte[]?> ReadAsync(HttpContext context, int most)
    {
        var read = await ReadInPlaceAsync(context, most);
        if (read is not { } buffer)
        {
            return null;
        }

        var bytes = buffer.ToArray();
        context.Request.BodyReader.AdvanceTo(buffer.End);
        return bytes;
    }

    /// <summary>
    /// All of the body where it lies in the pipe, or null when it is too long. The caller advances the reader past it.
    /// </summary>
    public static async ValueTask<ReadOnlySequence<byte>?> ReadInPlaceAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most)
        {
            return null;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.Buffer.Length > most)
            {
                reader.AdvanceTo(result.Buffer.End);
                return null;
            }

            if (result.IsCompleted)
            {
                return result.Buffer;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    public static bool IsJson(string? contentType, bool mergePatch) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || (mergePatch && type.MediaType.Equals("application/merge-patch+json", StringComparison.OrdinalIgnoreCase)))
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
