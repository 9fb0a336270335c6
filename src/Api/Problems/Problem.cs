using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Problems;

/// <summary>A problem on its way to the client. The status follows from the code.</summary>
public sealed class Problem(
    string code, string? detail = null, IReadOnlyDictionary<string, IReadOnlyList<string>>? errors = null, int? retryAfter = null)
    : IResult, IStatusCodeHttpResult
{
    public const string ContentType = "application/problem+json";

    private readonly ErrorCode _code = ErrorCodes.Find(code);

    public string Code => _code.Code;

    public int? StatusCode => _code.Status;

    public string Detail => detail ?? _code.Meaning;

    /// <summary>One wrong field, header or parameter.</summary>
    public static Problem At(string code, string field, string message) =>
        new(code, $"{field}: {message}", new SortedDictionary<string, IReadOnlyList<string>>(System.StringComparer.Ordinal) { [field] = [message] });

    /// <summary>A grain's refusal, word for word.</summary>
    public static Problem From(Refusal refusal) => new(
        refusal.Code,
        refusal.Detail,
        refusal.Errors?.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)[.. pair.Value], System.StringComparer.Ordinal),
        refusal.RetryAfterSeconds ?? (refusal.Code == ErrorCodes.StorageUnavailable ? 1 : null));

    public static string TraceIdOf(HttpContext context) =>
        Activity.Current?.TraceId.ToHexString() ?? context.TraceIdentifier;

    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = _code.Status;
        response.ContentType = ContentType;
        response.Headers.CacheControl = "no-store";
        if (retryAfter is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        if (_code.Code is ErrorCodes.AuthRequired)
        {
            response.Headers.WWWAuthenticate = "Bearer";
        }

        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await JsonSerializer.SerializeAsync(
                response.Body, DocumentFor(context), ProblemJson.Default.ProblemDocument, context.RequestAborted);
        }
    }

    private ProblemDocument DocumentFor(HttpContext context) => new()
    {
        Type = "urn:prizedraw:problem:" + _code.Code,
        Title = _code.Meaning,
        Status = _code.Status,
        Detail = Detail,
        Code = _code.Code,
        TraceId = TraceIdOf(context),
        Errors = errors,
    };
}
