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
    private readonly string _origin, _site, _template;
    private readonly List<string> _conflicts = [];
    private bool _isBroken;

    private JsonMerge(string origin, string site, string template) => (_origin, _site, _template) = (origin, site, template);

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

        var merge = new JsonMerge(origin, site, template);
        var text = site[..o.Start] + merge.Object(b, o, t, "") + site[o.End..];
        return merge._isBroken || !Keeps(origin, site, text)
            ? new JsonMerged(site, [.. t.Members.Where(m => b.Find(m.Name)?.Says(m.Value) != true).Select(m => m.Name).Concat(b.Members.Where(m => t.Find(m.Name) is null).Select(m => m.Name))])
            : new JsonMerged(text, [.. merge._conflicts]);
    }

    // Whether all that the site alone has remarked in one text stands in another.
    private static bool Keeps(string origin, string site, string text)
    {
        var left = JsonText.Comments(text).Concat(JsonText.Comments(origin)).ToList();
        return JsonText.Comments(site).All(left.Remove);
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
        var expected = site.Members.ToDictionary(m => m.Name, m => m.Value);
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
                expected[member.Name] = member.Value;
            }
            else if (has is JsonObject its && member.Value is JsonObject theirs && (was is null || was is JsonObject))
            {
                var text = Object(was as JsonObject, its, theirs, Under(path, member.Name));
                writing.Replace(member.Name, text);
                expected[member.Name] = JsonText.Parse(text) ?? its;
            }
            else if (has is not null && was?.Says(has) == true && Keeps(was.Raw, has.Raw, member.Value.Raw))
            {
                writing.Take(member, _template);
                expected[member.Name] = member.Value;
            }
            else
            {
                _conflicts.Add(Under(path, member.Name));
            }
        }

        Remove(writing, expected, (origin, site, template), path);
        var written = writing.Written();

        // The site's keys are never lost to how they stood in the text: rather that, people are asked.
        _isBroken |= JsonText.Parse(written) is not JsonObject now || now.Members.Length != expected.Count || !expected.All(e => now.Find(e.Key)?.Says(e.Value) == true);
        return written;
    }

    private void Remove(JsonWriting writing, Dictionary<string, JsonValue> expected, (JsonObject? Origin, JsonObject Site, JsonObject Template) sides, string path)
    {
        var (origin, site, template) = sides;
        foreach (var gone in (origin?.Members ?? []).Where(m => template.Find(m.Name) is null))
        {
            if (site.Find(gone.Name) is not { } has)
            {
                continue;
            }

            var its = site.Members.First(m => m.Name == gone.Name);
            if (has.Says(gone.Value) && Keeps(_origin[gone.Start..gone.Value.End], _site[its.Start..has.End], ""))
            {
                writing.Remove(gone.Name);
                expected.Remove(gone.Name);
            }
            else
            {
                _conflicts.Add(Under(path, gone.Name));
            }
        }
    }

    private static string Under(string path, string name) => path.Length == 0 ? name : path + "." + name;
}
