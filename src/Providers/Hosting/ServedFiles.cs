using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace PrizeDraw.Providers.Hosting;

/// <summary>One file of a release. <paramref name="InlineScripts"/>: what a content policy must name for a page to work.</summary>
internal sealed record ServedFile(string Path, string ContentType, EntityTagHeaderValue Tag, IReadOnlyList<string> InlineScripts)
{
    public bool IsPage => ContentType.StartsWith("text/html", StringComparison.Ordinal);
}

/// <summary>
/// The files of one release as they were when it was put in place. A request is looked up here and never turned into a path,
/// so that nothing else can be reached.
/// </summary>
internal sealed partial class ServedFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new();
    private readonly Dictionary<string, ServedFile> _files;

    private ServedFiles(string commit, Dictionary<string, ServedFile> files)
    {
        Commit = commit;
        _files = files;
    }

    public string Commit { get; }

    public static ServedFiles Load(string folder, string commit) => new(
        commit,
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(path => "/" + Path.GetRelativePath(folder, path), Read, StringComparer.Ordinal));

    /// <summary>The file for a request's path; /winners and /winners/ mean winners.html or winners/index.html.</summary>
    public ServedFile? Find(string path)
    {
        var clean = path.TrimEnd('/');
        foreach (var candidate in (ReadOnlySpan<string>)[path, clean + "/index.html", clean + ".html"])
        {
            if (_files.TryGetValue(candidate, out var file))
            {
                return file;
            }
        }

        return null;
    }

    private static ServedFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var type = Types.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        var isText = type.StartsWith("text/", StringComparison.Ordinal);
        return new ServedFile(
            path,
            isText ? type + "; charset=utf-8" : type,
            new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\""),
            type == "text/html" ? InlineScripts(Encoding.UTF8.GetString(bytes)) : []);
    }

    private static List<string> InlineScripts(string html) => [.. ScriptPattern().Matches(html)
        .Select(match => match.Groups[1].Value)
        .Where(script => script.Length > 0)
        .Select(script => "'sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script))) + "'")
        .Distinct()];

    [GeneratedRegex(@"<script\b(?![^>]*\ssrc=)[^>]*>(.*?)</script", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex ScriptPattern();
}
