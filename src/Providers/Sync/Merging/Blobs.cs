using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>The contents that one merge looks into, read together and kept.</summary>
internal sealed class Blobs(SyncWorkArea area)
{
    /// <summary>Larger files are compared as a whole, as though they were no text.</summary>
    public const int SizeMax = 2 * 1024 * 1024;

    private const int HeaderMax = 64;

    private readonly Dictionary<string, byte[]> _contents = [];
    private readonly HashSet<string> _noTexts = [];
    private readonly Dictionary<string, string> _normal = [];

    /// <summary>Reads those of these files that are small enough and not known yet, as many at once as may be. What is no text is looked into and forgotten.</summary>
    public async Task LoadAsync(IEnumerable<TreeEntry?> entries, CancellationToken ct)
    {
        var wanted = entries.OfType<TreeEntry>().Where(e => e.Mode != TreeEntry.Submodule && e.Size is >= 0 and <= SizeMax && !_contents.ContainsKey(e.Id) && !_noTexts.Contains(e.Id));
        var (together, sum) = (new List<(string Id, long Size)>(), 0L);
        foreach (var (id, size) in wanted.Select(e => (e.Id, e.Size)).Distinct().ToArray())
        {
            sum += size + HeaderMax;
            if (sum > SyncWorkArea.ReadMax)
            {
                await ReadAsync(together, ct);
                together.Clear();
                sum = size + HeaderMax;
            }

            together.Add((id, size));
        }

        await ReadAsync(together, ct);
    }

    private async Task ReadAsync(IReadOnlyCollection<(string Id, long Size)> together, CancellationToken ct)
    {
        foreach (var (id, content) in await area.ReadAsync(together, ct))
        {
            if (TextStyle.IsText(content))
            {
                _contents[id] = content;
            }
            else
            {
                _noTexts.Add(id);
            }
        }
    }

    /// <summary>The same, of files whose sizes nobody knows.</summary>
    public async Task LoadMergedAsync(IEnumerable<string> ids, CancellationToken ct)
    {
        foreach (var (id, content) in await area.ReadBlobsAsync([.. ids.Where(id => !_contents.ContainsKey(id)).Distinct()], SizeMax, ct))
        {
            _contents[id] = content;
        }
    }

    /// <summary>A text that was loaded; null for one that was too large or not asked for, and for what is no text.</summary>
    public byte[]? Find(string? id) => id is null ? null : _contents.GetValueOrDefault(id);

    /// <summary>The text of a file that was loaded; null where it is none.</summary>
    public byte[]? Text(TreeEntry? entry) => entry is { IsFile: true } && Find(entry.Id) is { } content && TextStyle.IsText(content) ? content : null;

    public async Task<string> WriteAsync(byte[] content, CancellationToken ct)
    {
        var id = await area.WriteBlobAsync(content, ct);
        _contents[id] = content;
        return id;
    }

    /// <summary>A file in the form in which texts are merged; itself where it is no text.</summary>
    public async Task<TreeEntry?> NormalAsync(TreeEntry? entry, CancellationToken ct)
    {
        if (Text(entry) is not { } content)
        {
            return entry;
        }

        if (!_normal.TryGetValue(entry!.Id, out var id))
        {
            var normal = TextStyle.Normal(content);
            id = _normal[entry.Id] = normal.AsSpan().SequenceEqual(content) ? entry.Id : await WriteAsync(normal, ct);
        }

        return id == entry.Id ? entry : entry with { Id = id, Size = -1 };
    }

    /// <summary>A text of the normal form as the site is to have it: see <see cref="TextStyle"/>. The three are the file as each side has it.</summary>
    public async Task<string> StyledAsync(string normalId, TreeEntry? origin, TreeEntry? site, TreeEntry? template, CancellationToken ct)
    {
        if (Find(normalId) is not { } normal || (Text(site) ?? Text(template)) is not { } either)
        {
            return normalId;
        }

        var style = (Text(origin), Text(site), Text(template)) switch
        {
            ({ } b, { } o, { } t) => TextStyle.Merged(TextStyle.Of(b), TextStyle.Of(o), TextStyle.Of(t)),
            _ => TextStyle.Of(either),
        };

        // A file with both kinds of line ends is written as it was, wherever it says what it said.
        foreach (var side in (TreeEntry?[])[site, template])
        {
            if (Text(side) is { } known && TextStyle.Of(known) == style && (await NormalAsync(side, ct))!.Id == normalId)
            {
                return side!.Id;
            }
        }

        return await WriteAsync(style.Applied(normal), ct);
    }
}
