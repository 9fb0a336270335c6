using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>
/// Writes a page of evidence: readable on a narrow screen and on paper, without scripts, and with nothing that is loaded from elsewhere. All that
/// people typed stands on it as text.
/// </summary>
internal sealed class EvidenceHtml
{
    private const string Style =
        """
        :root{color-scheme:light}
        *{box-sizing:border-box}
        body{margin:0;font:1rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:#1b1b1f;background:#f3f4f6;overflow-wrap:anywhere}
        main{max-width:58rem;margin:0 auto;padding:1.5rem 1rem 4rem;background:#fff}
        h1{font-size:1.75rem;line-height:1.2;margin:.25rem 0 .5rem}h2{font-size:1.25rem;margin:2rem 0 .5rem;padding-top:.75rem;border-top:1px solid #c9ccd3}
        p{margin:.5rem 0}.kind{margin:0;font-weight:600;color:#4a4d57}.of{font-size:1.125rem}
        .box{border:2px solid #1b5e20;border-left-width:.6rem;padding:.6rem 1rem;margin:1rem 0}.box p{margin:.25rem 0}.box .title{font-weight:700;font-size:1.125rem}
        .caution{border-color:#8a5300}.warning{border-color:#a3111b}
        dl{display:grid;grid-template-columns:minmax(10rem,15rem) 1fr;gap:.3rem 1rem;margin:.5rem 0}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
        code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        pre{margin:.5rem 0;padding:.75rem 1rem;border:1px solid #c9ccd3;background:#f6f7f9;white-space:pre-wrap}
        .wide{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:.5rem 0}caption{text-align:left;padding:.25rem 0;color:#4a4d57}
        th,td{overflow-wrap:normal;border:1px solid #8b8f9a;padding:.35rem .6rem;text-align:left;vertical-align:top}thead th{background:#eef0f4}td.n{text-align:right;font-variant-numeric:tabular-nums}
        a{color:#0b4fc4;text-underline-offset:.15em}a:focus-visible,.wide:focus-visible{outline:3px solid #0b4fc4;outline-offset:2px}
        footer{margin-top:2.5rem;color:#4a4d57;font-size:.875rem}
        @media(max-width:40rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}table.stack thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
        table.stack tr{display:block;border:1px solid #8b8f9a;margin:0 0 .6rem}table.stack td,table.stack th{display:block;border:0;text-align:left}
        table.stack td:empty{display:none}table.stack td::before{content:attr(data-head);display:block;font-size:.8125rem;color:#4a4d57}}
        @media print{@page{size:A4;margin:16mm}body{font-size:10pt;background:#fff}main{max-width:none;padding:0}h2{break-after:avoid}tr,.box,dl,pre{break-inside:avoid}
        thead{display:table-header-group}.wide{overflow:visible}a{color:inherit}code{font-size:8.5pt}}
        """;

    // The page's own style is named by its hash, so that nothing that got into the page could bring another.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private readonly StringBuilder _page = new(16 * 1024);

    public EvidenceHtml(string title)
    {
        _page.Append("<!doctype html>\n<html lang=\"en-GB\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
            .Append(Encode(title)).Append("</title><style>").Append(Style).Append("</style></head>\n<body><main>\n");
    }

    /// <summary>What the page may load and do: show itself.</summary>
    public static string ContentSecurityPolicy => Policy;

    public EvidenceHtml Heading(string text) => Line($"<h2>{Encode(text)}</h2>");

    public EvidenceHtml Top(string kind, string heading) => Line($"<p class=\"kind\">{Encode(kind)}</p><h1>{Encode(heading)}</h1>");

    public EvidenceHtml Paragraph(string text) => Line($"<p>{Encode(text)}</p>");

    /// <summary>A paragraph of markup that this code wrote itself.</summary>
    public EvidenceHtml Markup(string markup) => Line(markup);

    /// <param name="tone">Empty, caution or warning; the title says the same in words.</param>
    public EvidenceHtml Box(string tone, string title, params string[] sentences) => Line(
        $"<div class=\"box {tone}\"><p class=\"title\">{Encode(title)}</p>{string.Concat(sentences.Select(s => $"<p>{Encode(s)}</p>"))}</div>");

    /// <summary>Names with what they say; those that say nothing are left out.</summary>
    public EvidenceHtml Facts(params (string Name, object? Value)[] facts)
    {
        _page.Append("<dl>");
        foreach (var (name, value) in facts.Where(fact => fact.Value is not null))
        {
            _page.Append("<dt>").Append(Encode(name)).Append("</dt><dd>").Append(Markup(value!)).Append("</dd>");
        }

        return Line("</dl>");
    }

    /// <param name="stacked">Whether each row becomes a block of its own where the screen is narrow.</param>
    public EvidenceHtml Table(string caption, string[] heads, IEnumerable<object?[]> rows, bool stacked = true)
    {
        _page.Append("<div class=\"wide\" role=\"region\" tabindex=\"0\" aria-label=\"").Append(Encode(caption)).Append("\"><table")
            .Append(stacked ? " class=\"stack\"" : "").Append("><caption>").Append(Encode(caption)).Append("</caption><thead><tr>")
            .AppendJoin("", heads.Select(head => $"<th scope=\"col\">{Encode(head)}</th>")).Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            _page.Append("<tr>").AppendJoin("", row.Select((cell, i) => Cell(heads[i], cell))).Append("</tr>\n");
        }

        return Line("</tbody></table></div>");
    }

    public string End(string footer) => _page.Append("<footer><p>").Append(Encode(footer)).Append("</p></footer>\n</main></body></html>\n").ToString();

    /// <summary>The instant in words, with its time zone.</summary>
    public static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    public static string Number(long n) => n.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A link whose address is written by this code.</summary>
    public static string Link(string address, string text) => $"<a href=\"{Encode(address)}\">{Encode(text)}</a>";

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Cell(string head, object? value) => value switch
    {
        null => $"<td data-head=\"{Encode(head)}\"></td>",
        long => $"<td class=\"n\" data-head=\"{Encode(head)}\">{Markup(value)}</td>",
        _ => $"<td data-head=\"{Encode(head)}\">{Markup(value)}</td>",
    };

    private static string Markup(object value) => value switch
    {
        long n => Number(n),
        DateTimeOffset at => $"<time datetime=\"{at.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\">{Time(at)}</time>",
        Hash hash => $"<code>{Encode(hash.Text)}</code>",
        _ => Encode((string)value),
    };

    private EvidenceHtml Line(string markup)
    {
        _page.Append(markup).Append('\n');
        return this;
    }
}

/// <summary>What is compared letter by letter.</summary>
internal sealed record Hash(string Text);
