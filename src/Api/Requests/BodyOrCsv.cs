using System;
using System.Reflection;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using PrizeDraw.Api.Problems;

namespace PrizeDraw.Api.Requests;

/// <summary>What an endpoint takes as CSV beside its JSON body.</summary>
/// <param name="Example">For the OpenAPI document.</param>
/// <param name="Meaning">Which columns, for the OpenAPI document.</param>
/// <param name="Bytes">The largest file.</param>
internal sealed record CsvBody(string Example, string Meaning, int Bytes);

internal static class CsvBodies
{
    public static RouteHandlerBuilder TakesCsv(this RouteHandlerBuilder endpoint, string example, string meaning, int bytes) =>
        endpoint.WithMetadata(new CsvBody(example, meaning, bytes));
}

/// <summary>A body that is either JSON of the shape of <typeparamref name="T"/>, or a CSV file (text/csv, UTF-8).</summary>
public sealed class BodyOrCsv<T> : IBound where T : class
{
    private readonly Body<T>? _body;
    private readonly byte[] _hash;

    private BodyOrCsv(Body<T>? body, string? csv, byte[] hash, Problem? problem) => (_body, Csv, _hash, Problem) = (body, csv, hash, problem);

    public Problem? Problem { get; }

    /// <summary>The file's text; null when the body is JSON.</summary>
    public string? Csv { get; }

    public T Value => (_body ?? throw new InvalidOperationException("The body is CSV.")).Value;

    /// <inheritdoc cref="Body{T}.Hash"/>
    public byte[] Hash => _body?.Hash ?? _hash;

    public static async ValueTask<BodyOrCsv<T>> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<CsvBody>() is not { } takes || !IsCsv(context.Request.ContentType))
        {
            var body = await Body<T>.BindAsync(context, parameter);
            return new BodyOrCsv<T>(body, null, [], body.Problem);
        }

        if (await RequestBytes.ReadAsync(context, takes.Bytes) is not { } bytes)
        {
            return new BodyOrCsv<T>(null, null, [], new Problem(ErrorCodes.TooLarge, $"The file may have at most {takes.Bytes} bytes."));
        }

        try
        {
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes);
            return new BodyOrCsv<T>(null, text.TrimStart('\uFEFF'), RawBody.HashOf(context.Request, bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return new BodyOrCsv<T>(null, null, [], Problem.At(ErrorCodes.InvalidField, "body", "The file is not UTF-8. Save it as CSV UTF-8."));
        }
    }

    private static bool IsCsv(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase)
        && (!type.Charset.HasValue || type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
}
