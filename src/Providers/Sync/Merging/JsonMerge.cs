using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>How a JSON file came out.</summary>
/// <param name="Conflicts">Keys that both sides changed, each otherwise; the site's values stand in the text.</param>
internal sealed record JsonMerged(string Text, ImmutableArray<string> Conflicts);

/// <summary>Merges JSON key by key: the template's changes are written into the site's text, whose order and form stay.</summary>
internal sealed class JsonMerge
{
    private readonly string _site, _template;
    private readonly List<string> _conflicts = [];

    private JsonMerge(string site, string template) => (_site, _template) = (site, template);

    /// <summary>Null where one of them is not JSON that can be merged so.</summary>
    public static JsonMerged? Merge(string origin, string site, string template)
    {
        if (JsonText.Parse(origin) is not JsonObject b || JsonText.Parse(site) is not JsonObject o || JsonText.Parse(template) is not JsonObject t)
        {
            return null;
        }

        // Where one side is as it was, the other is taken letter by letter.
        if (site == origin || template == origin || site == template)
        {
            return new JsonMerged(site == origin ? template : site, []);
        }

        var merge = new JsonMerge(site, template);
        var text = merge.Object(b, o, t, "");
        return new JsonMerged(site[..o.Start] + text + site[o.End..], [.. merge._conflicts]);
    }

    /// <summary>The text with a key under another name; null when the key is not there, or the name is taken (<paramref name="isTaken"/>).</summary>
    public static string? Renamed(string text, string path, string name, out bool isTaken)
    {
        isTaken = false;
        var keys = path.Split('.');
        var at = JsonText.Parse(text) as JsonObject;
        foreach (var key in keys[..^1])
        {
            at = at?.Find(key) as JsonObject;
        }

        if (at?.Members.FirstOrDefault(m => m.Name == keys[^1]) is not { } member)
        {
            return null;
        }

        isTaken = at.Find(name) is not null;
        return isTaken ? null : text[..member.Start] + System.Text.Json.JsonSerializer.Serialize(name) + text[member.NameEnd..];
    }

    private string Object(JsonObject? origin, JsonObject site, JsonObject template, string path)
    {
        var writing = new JsonWriting(_site, site);
        foreach (var member in template.Members)
        {
            var was = origin?.Find(member.Name);
            var has = site.Find(member.Name);
            if (was?.Says(member.Value) == true || has?.Says(member.Value) == true)
            {
                continue;
            }

            if (was is null && has is null)
            {
                writing.Add(member, _template, template);
            }
            else if (has is JsonObject its && member.Value is JsonObject theirs && (was is null || was is JsonObject))
            {
                writing.Replace(member.Name, Object(was as JsonObject, its, theirs, Under(path, member.Name)));
            }
            else if (has is not null && was?.Says(has) == true)
            {
                writing.Take(member, _template);
            }
            else
            {
                _conflicts.Add(Under(path, member.Name));
            }
        }

        Remove(writing, origin, site, template, path);
        return writing.Written();
    }

    private void Remove(JsonWriting writing, JsonObject? origin, JsonObject site, JsonObject template, string path)
    {
        foreach (var gone in (origin?.Members ?? []).Where(m => template.Find(m.Name) is null))
        {
            if (site.Find(gone.Name) is not { } has)
            {
                continue;
            }

            if (has.Says(gone.Value))
            {
                writing.Remove(gone.Name);
            }
            else
            {
                _conflicts.Add(Under(path, gone.Name));
            }
        }
    }

    private static string Under(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
