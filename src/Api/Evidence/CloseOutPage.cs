using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Evidence;

/// <summary>The close-out statement as a page that prints well. What people typed stands on it as text.</summary>
internal sealed class CloseOutPage(CampaignView campaign, CloseOutAnswer statement) : IResult
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}"
        + "table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{border:1px solid #767676;padding:.3rem .6rem;text-align:left}"
        + "td.n{text-align:right;font-variant-numeric:tabular-nums}h2{margin-top:2rem}code{overflow-wrap:anywhere}@media print{body{margin:0;max-width:none}}";

    public Task ExecuteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return context.Response.WriteAsync(ToHtml(), context.RequestAborted);
    }

    internal string ToHtml()
    {
        var page = new StringBuilder(8192);
        page.Append("<!doctype html><html lang=\"en-GB\"><head><meta charset=\"utf-8\"><title>Close-out statement: ").Append(Text(statement.Campaign))
            .Append("</title><style>").Append(Style).Append("</style></head><body><h1>Close-out statement</h1><p>").Append(Text(statement.Campaign));
        if (statement.Promoter is { } promoter)
        {
            page.Append(", a promotion by ").Append(Text(promoter));
        }

        page.Append(". ").Append(statement.OpensAt is { } opens ? $"Open from {Time(opens)} to {Time(statement.ClosesAt ?? opens)}." : "")
            .Append("</p>").Append(statement.Final ? "" : "<p><strong>Not final.</strong></p>");
        foreach (var sentence in statement.Statement)
        {
            page.Append("<p>").Append(Text(sentence)).Append("</p>");
        }

        Table(page, "Prizes and gifts", ["Name", "Kind", "Won by", "Offered", "Awarded", "Made available, not won", "Rolled into the draw", "Never made available"],
            statement.Prizes.Select(p => (object?[])[p.Name, p.Kind, p.Mode, p.Offered, p.Awarded, p.Unwon, p.Rolled, p.NotMadeAvailable]));
        Table(page, "Pools", ["Name", "Entries", "Winning moments", "Claimed", "Unclaimed", "Closed", "Commitment (SHA-256)", "Level"],
            statement.Pools.Select(p => (object?[])[p.Name, p.Entries, p.Moments, p.MomentsClaimed, p.MomentsUnclaimed, p.ClosedAt, p.Commitment, p.Level]));
        Table(page, "Changes of stock while entries were taken", ["Prize", "From entry", "Set", "Before", "After"],
            statement.StockChanges.Select(c => (object?[])[c.Name, c.From, c.At, c.Before ?? (object)"no limit", c.After ?? (object)"no limit"]));
        Table(page, "Winning moments opened before their time", ["When", "By", "Moments", "Reason"],
            statement.Unsealings.Select(u => (object?[])[u.At, u.Actor, u.Moments, u.Reason]));
        if (statement.Published is { } published)
        {
            page.Append("<h2>Published outcomes</h2><p><code>").Append(Text(published.Path)).Append("</code>, SHA-256 <code>")
                .Append(published.Sha256).Append("</code></p>");
        }

        return page.Append("<p>Campaign ").Append(Text(campaign.Id)).Append("</p></body></html>").ToString();
    }

    private static void Table(StringBuilder page, string title, string[] heads, IEnumerable<object?[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        page.Append("<h2>").Append(title).Append("</h2><table><thead><tr>").AppendJoin("", heads.Select(h => $"<th scope=\"col\">{h}</th>")).Append("</tr></thead><tbody>");
        foreach (var row in all)
        {
            page.Append("<tr>").AppendJoin("", row.Select(Cell)).Append("</tr>");
        }

        page.Append("</tbody></table>");
    }

    private static string Cell(object? value) => value switch
    {
        null => "<td></td>",
        long n => $"<td class=\"n\">{n.ToString("N0", CultureInfo.InvariantCulture)}</td>",
        DateTimeOffset at => $"<td>{Time(at)}</td>",
        _ => $"<td>{Text((string)value)}</td>",
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
