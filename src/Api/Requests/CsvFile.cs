using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace PrizeDraw.Api.Requests;

/// <summary>Rows as a CSV file, streamed, so that ten million cost no more memory than ten.</summary>
/// <param name="name">What the file is saved as.</param>
/// <param name="columns">The first line.</param>
/// <param name="read">The rows; the first of them is asked for before anything is answered.</param>
/// <param name="append">Writes a row as a line.</param>
internal sealed class CsvFile<T>(
    string name, string[] columns, Func<CancellationToken, IAsyncEnumerable<T>> read, Action<StringBuilder, T> append) : IResult
{
    private const int FlushBytes = 64 * 1024;

    public async Task ExecuteAsync(HttpContext context)
    {
        var ct = context.RequestAborted;
        await using var rows = read(ct).GetAsyncEnumerator(ct);
        // The first page comes before the headers: a database that is away is then told as such, and not as an empty file.
        var more = await rows.MoveNextAsync();
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
        context.Response.Headers.CacheControl = "no-store";
        var csv = new StringBuilder();
        CsvLine.Append(csv, columns);
        while (more)
        {
            append(csv, rows.Current);
            if (csv.Length >= FlushBytes)
            {
                await WriteAsync(context, csv, ct);
            }

            more = await rows.MoveNextAsync();
        }

        await WriteAsync(context, csv, ct);
    }

    private static async Task WriteAsync(HttpContext context, StringBuilder csv, CancellationToken ct)
    {
        await context.Response.WriteAsync(csv.ToString(), ct);
        csv.Clear();
    }
}
