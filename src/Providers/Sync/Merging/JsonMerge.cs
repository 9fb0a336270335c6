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
    private HashSet<string> _templates = [];
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

    /// <summary>A text of the site's with the template's values at these keys, which both have changed; null where that can't be written.</summary>
    public static string? WithTemplates(string origin, string site, string template, IEnumerable<string> keys)
    {
        if (JsonText.Parse(origin) is not JsonObject b || JsonText.Parse(site) is not JsonObject o || JsonText.Parse(template) is not JsonObject t)
        {
            return null;
        }

        var merge = new JsonMerge(origin, site, template) { _templates = [.. keys] };
        var text = site[..o.Start] + merge.Object(b, o, t, "") + site[o.End..];
        return merge._isBroken ? null : text;
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
        var level = new Level(new JsonWriting(_site, site), site.Members.ToDictionary(m => m.Name, m => m.Value), origin, site, template, path);
        foreach (var member in template.Members)
        {
            Change(level, member);
        }

        foreach (var gone in (origin?.Members ?? []).Where(m => template.Find(m.Name) is null))
        {
            Remove(level, gone);
        }

        var written = level.Writing.Written();

        // The site's keys are never lost to how they stood in the text: rather that, people are asked.
        _isBroken |= JsonText.Parse(written) is not JsonObject now || now.Members.Length != level.Expected.Count || !level.Expected.All(e => now.Find(e.Key)?.Says(e.Value) == true);
        return written;
    }

    private void Change(Level level, JsonMember member)
    {
        var (was, has, path) = (level.Origin?.Find(member.Name), level.Site.Find(member.Name), level.Under(member.Name));
        if (was?.Says(member.Value) == true || has?.Says(member.Value) == true)
        {
            return;
        }

        if (has is null && (was is null || _templates.Contains(path)))
        {
            level.Writing.Add(member, _template, level.Template);
            level.Expected[member.Name] = member.Value;
        }
        else if (has is JsonObject its && member.Value is JsonObject theirs && (was is null || was is JsonObject))
        {
            var text = Object(was as JsonObject, its, theirs, path);
            level.Writing.Replace(member.Name, text);
            level.Expected[member.Name] = JsonText.Parse(text) ?? its;
        }
        else if (has is not null && (_templates.Contains(path) || (was?.Says(has) == true && Keeps(was.Raw, has.Raw, member.Value.Raw))))
        {
            level.Writing.Take(member, _template);
            level.Expected[member.Name] = member.Value;
        }
        else
        {
            _conflicts.Add(path);
        }
    }

    private void Remove(Level level, JsonMember gone)
    {
        if (level.Site.Members.FirstOrDefault(m => m.Name == gone.Name) is not { } its)
        {
            return;
        }

        var path = level.Under(gone.Name);
        if (_templates.Contains(path) || (its.Value.Says(gone.Value) && Keeps(_origin[gone.Start..gone.Value.End], _site[its.Start..its.Value.End], "")))
        {
            level.Writing.Remove(gone.Name);
            level.Expected.Remove(gone.Name);
        }
        else
        {
            _conflicts.Add(path);
        }
    }

    /// <summary>An object as each side has it.</summary>
    /// <param name="Expected">What it is to say in the end.</param>
    private sealed record Level(JsonWriting Writing, Dictionary<string, JsonValue> Expected, JsonObject? Origin, JsonObject Site, JsonObject Template, string Path)
    {
        public string Under(string name) => Path.Length == 0 ? name : Path + "." + name;
    }
}
