using System;
using System.Globalization;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>
/// A batch's codes as CSV, written page by page as they come from the database: neither the file nor the batch is ever held. Should the
/// database fail half way, the connection is cut, so that nobody takes half a file for a whole one.
/// </summary>
internal sealed class CodeExport(TheCodeBatch batch, ICodeQueries queries) : IResult
{
    public async Task ExecuteAsync(HttpContext context)
    {
        var (response, ct) = (context.Response, context.RequestAborted);
        response.ContentType = "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"{batch.Value.Id}.csv\"";
        var lines = new StringBuilder("code,state,assignedAt,pool,entryNumber,redeemedAt\r\n");
        await foreach (var page in queries.ExportAsync(batch.Campaign.TenantId, batch.Campaign.Id, batch.Value.Id, ct))
        {
            foreach (var code in page)
            {
                Add(lines, code);
                if (lines.Length > 32_000)
                {
                    await WriteAsync(response, lines, ct);
                }
            }
        }

        await WriteAsync(response, lines, ct);
    }

    private static async Task WriteAsync(HttpResponse response, StringBuilder lines, System.Threading.CancellationToken ct)
    {
        foreach (var chunk in lines.GetChunks())
        {
            Encoding.UTF8.GetBytes(chunk.Span, response.BodyWriter);
        }

        lines.Clear();
        await response.BodyWriter.FlushAsync(ct);
    }

    private static void Add(StringBuilder lines, ExportedCode code) => CsvLine.Append(
        lines, code.Code, code.State, Instant(code.AssignedAt), code.Pool, code.EntryNumber?.ToString(CultureInfo.InvariantCulture),
        Instant(code.RedeemedAt));

    private static string? Instant(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
