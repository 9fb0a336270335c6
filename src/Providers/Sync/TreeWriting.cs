using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Sync;

/// <summary>Writes the trees of a flat list of files.</summary>
internal static class TreeWriting
{
    public static Task<string> WriteAsync(LooseObjects objects, IEnumerable<TreeEntry> entries, CancellationToken ct)
    {
        var root = new Folder();
        foreach (var entry in entries)
        {
            if (!TreeEntry.IsPath(entry.Path) || entry.Mode is not (TreeEntry.Plain or TreeEntry.Executable or TreeEntry.Link or TreeEntry.Submodule))
            {
                throw new ProviderException(ProviderFault.Rejected, $"'{entry.Path}' ({entry.Mode}) is not a file that a tree may hold.");
            }

            if (!root.TryAdd(entry))
            {
                throw new ProviderException(ProviderFault.Rejected, $"'{entry.Path}' stands in one tree twice, or is a file and a folder.");
            }
        }

        return root.WriteAsync(objects, ct);
    }

    private sealed class Folder
    {
        private readonly Dictionary<string, Folder> _folders = [];
        private readonly Dictionary<string, TreeEntry> _files = [];

        public bool TryAdd(TreeEntry entry)
        {
            var folder = this;
            var parts = entry.Path.Split('/');
            foreach (var part in parts[..^1])
            {
                if (folder._files.ContainsKey(part))
                {
                    return false;
                }

                folder = folder._folders.TryGetValue(part, out var known) ? known : folder._folders[part] = new Folder();
            }

            return !folder._folders.ContainsKey(parts[^1]) && folder._files.TryAdd(parts[^1], entry);
        }

        public async Task<string> WriteAsync(LooseObjects objects, CancellationToken ct)
        {
            var lines = _files.Select(f => (Sort: f.Key, Name: f.Key, f.Value.Mode, f.Value.Id)).ToList();
            foreach (var (name, folder) in _folders)
            {
                lines.Add((name + "/", name, "40000", await folder.WriteAsync(objects, ct)));
            }

            // git sorts by bytes, a folder as though its name ended in a slash.
            using var content = new MemoryStream();
            foreach (var (_, name, mode, id) in lines.OrderBy(l => Encoding.UTF8.GetBytes(l.Sort), Bytes.Order))
            {
                content.Write(Encoding.UTF8.GetBytes($"{mode} {name}\0"));
                content.Write(Convert.FromHexString(LooseObjects.RequireId(id)));
            }

            return await objects.WriteAsync("tree", content.ToArray(), ct);
        }
    }

    private sealed class Bytes : IComparer<byte[]>
    {
        public static readonly Bytes Order = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}
