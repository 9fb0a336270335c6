using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// Writes an object again with members changed, removed or added. What stays is written as it was, with the white space and comments before
/// it; what is new gets the place after the member that it follows in its own text, and its neighbours' indentation.
/// </summary>
internal sealed class JsonWriting
{
    private readonly string _text;
    private readonly JsonObject _object;
    private readonly List<Piece> _pieces = [];
    private string _closing;
    private readonly bool _endsInComma;
    private bool _isTouched;

    public JsonWriting(string text, JsonObject obj)
    {
        (_text, _object) = (text, obj);
        var at = obj.Start + 1;
        foreach (var member in obj.Members)
        {
            var after = JsonText.SpaceEnd(text, member.Value.End);
            var hasComma = text[after] == ',';
            var post = hasComma ? text[member.Value.End..after] : "";
            _pieces.Add(new Piece(member.Name, text[at..member.Start], text[member.Start..member.Value.Start], member.Value.Raw, post));
            _endsInComma = hasComma;
            at = hasComma ? after + 1 : member.Value.End;
        }

        _closing = text[at..(obj.End - 1)];
    }

    public void Replace(string name, string value)
    {
        var at = _pieces.FindIndex(p => p.Name == name);
        _isTouched |= _pieces[at].Value != value;
        _pieces[at] = _pieces[at] with { Value = value };
    }

    /// <summary>Takes a member's value from another text.</summary>
    public void Take(JsonMember member, string itsText)
    {
        var mine = _object.Members.First(m => m.Name == member.Name);
        Replace(member.Name, Indented(member.Value.Raw, IndentOf(itsText, member.Start), IndentOf(_text, mine.Start)));
    }

    /// <summary>Removes a member. Comments before and after it may be the site's own words: they stay, before what comes next.</summary>
    public void Remove(string name)
    {
        var at = _pieces.FindIndex(p => p.Name == name);
        var gone = _pieces[at];
        _pieces.RemoveAt(at);
        _isTouched = true;
        var said = gone.Before.TrimEnd(' ', '\t', '\n') + gone.After.TrimEnd(' ', '\t', '\n');
        if (said.Contains('/', StringComparison.Ordinal))
        {
            var next = at < _pieces.Count ? _pieces[at].Before : _closing;

            // Such a comment ends with its line alone, and what comes next keeps its place.
            var endsLine = JsonText.Comments(said)[^1].StartsWith("//", StringComparison.Ordinal) && !next.TrimStart(' ', '\t').StartsWith('\n');
            next = said + (endsLine ? "\n" + IndentOf(gone.Before, gone.Before.Length) + next.TrimStart(' ', '\t') : next);
            if (at < _pieces.Count)
            {
                _pieces[at] = _pieces[at] with { Before = next };
            }
            else
            {
                _closing = next;
            }
        }
        else if (at == 0 && _pieces.Count > 0 && !_pieces[0].Before.Contains('/', StringComparison.Ordinal))
        {
            _pieces[0] = _pieces[0] with { Before = gone.Before };
        }
    }

    /// <summary>Adds a member of another object, after those that stand before it there.</summary>
    public void Add(JsonMember member, string itsText, JsonObject itsObject)
    {
        var before = itsObject.Members.TakeWhile(m => m.Name != member.Name).Select(m => m.Name).Reverse();
        var anchor = before.Select(name => _pieces.FindIndex(p => p.Name == name)).FirstOrDefault(at => at >= 0, -1);
        var space = Space();
        var value = Indented(member.Value.Raw, IndentOf(itsText, member.Start), IndentOf(space, space.Length));
        _pieces.Insert(anchor + 1, new Piece(member.Name, space, itsText[member.Start..member.Value.Start], value, ""));
        _isTouched = true;
    }

    /// <summary>The object as it is written now; as it was where nothing has changed.</summary>
    public string Written()
    {
        if (!_isTouched)
        {
            return _object.Raw;
        }

        var written = new StringBuilder("{");
        for (var n = 0; n < _pieces.Count; n++)
        {
            var piece = _pieces[n];
            var hasComma = n < _pieces.Count - 1 || _endsInComma;
            written.Append(piece.Before).Append(piece.Naming).Append(piece.Value).Append(piece.After).Append(hasComma ? "," : "");
        }

        return written.Append(Closing()).Append('}').ToString();
    }

    private string Closing() => _object.Members.IsEmpty && _pieces.Count > 0 && Space().Contains('\n', StringComparison.Ordinal)
        ? "\n" + IndentOf(_text, _object.Start)
        : _pieces.Count == 0 && string.IsNullOrWhiteSpace(_closing) ? "" : _closing;

    // What stands before a new member: as before the neighbours; in an empty object a line of its own, two blanks further in.
    private string Space()
    {
        if (_object.Members.IsEmpty)
        {
            return "\n" + IndentOf(_text, _object.Start) + "  ";
        }

        var before = _text[(_object.Members[^1] is { } last && _object.Members.Length > 1 ? SpaceStart(last.Start) : SpaceStart(_object.Members[0].Start))..];
        var length = before.TakeWhile(c => c is ' ' or '\t' or '\n').Count();
        var space = before[..length];
        var line = space.LastIndexOf('\n');
        return line >= 0 ? space[line..] : space;
    }

    private int SpaceStart(int at)
    {
        while (_text[at - 1] is ' ' or '\t' or '\n')
        {
            at--;
        }

        return at;
    }

    private static string IndentOf(string text, int at)
    {
        var line = text.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        return string.Concat(text.Skip(line).TakeWhile(c => c is ' ' or '\t'));
    }

    private static string Indented(string raw, string from, string to) =>
        string.Join('\n', raw.Split('\n').Select((line, n) => n > 0 && line.StartsWith(from, StringComparison.Ordinal) ? to + line[from.Length..] : line));

    // Naming is the name as written, with all up to the value.
    private sealed record Piece(string Name, string Before, string Naming, string Value, string After);
}
