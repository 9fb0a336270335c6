using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>A file of a tree: its mode (100644, 100755, 120000, 160000) and blob.</summary>
public sealed record GitFile(string Mode, string Sha);

/// <summary>An entry of one folder.</summary>
public sealed record GitEntry(string Mode, string Name, string Sha)
{
    public string Type => Mode switch { "040000" => "tree", "160000" => "commit", _ => "blob" };
}

/// <summary>Who wrote a commit, and when.</summary>
public sealed record GitPerson(string Name, string Email, DateTimeOffset At);

/// <summary>A commit.</summary>
public sealed record GitCommit(string Sha, string Tree, ImmutableArray<string> Parents, string Message, GitPerson Author, GitPerson Committer);

/// <summary>
/// git's objects in memory, under the names that git itself would give them, so that what is written twice is the same and a test can
/// compare with git.
/// </summary>
public sealed class GitObjects
{
    private readonly Dictionary<string, byte[]> _blobs = [];
    private readonly Dictionary<string, ImmutableArray<GitEntry>> _trees = [];
    private readonly Dictionary<string, GitCommit> _commits = [];

    public byte[]? Blob(string sha) => _blobs.GetValueOrDefault(sha);

    public ImmutableArray<GitEntry>? Tree(string sha) => _trees.TryGetValue(sha, out var tree) ? tree : null;

    public IEnumerable<GitCommit> Commits => _commits.Values;

    public GitCommit? Commit(string sha) => _commits.GetValueOrDefault(sha);

    public string AddBlob(byte[] content)
    {
        var sha = Name("blob", content);
        _blobs[sha] = content;
        return sha;
    }

    /// <summary>Writes the folders of these files (path to file) and answers the top one.</summary>
    public string AddTree(IEnumerable<KeyValuePair<string, GitFile>> files)
    {
        var entries = files.GroupBy(f => f.Key.Split('/')[0]).Select(g => g.First().Key == g.Key
            ? new GitEntry(g.First().Value.Mode, g.Key, g.First().Value.Sha)
            : new GitEntry("040000", g.Key, AddTree(g.Select(f => KeyValuePair.Create(f.Key[(g.Key.Length + 1)..], f.Value)))));
        // git orders folders as if their names ended with a slash.
        ImmutableArray<GitEntry> ordered = [.. entries.OrderBy(e => e.Type == "tree" ? e.Name + "/" : e.Name, StringComparer.Ordinal)];
        using var content = new MemoryStream();
        foreach (var entry in ordered)
        {
            content.Write(Encoding.UTF8.GetBytes($"{entry.Mode.TrimStart('0')} {entry.Name}\0"));
            content.Write(Convert.FromHexString(entry.Sha));
        }

        var sha = Name("tree", content.ToArray());
        _trees[sha] = ordered;
        return sha;
    }

    public GitCommit AddCommit(string tree, ImmutableArray<string> parents, string message, GitPerson author, GitPerson committer)
    {
        var text = $"tree {tree}\n{string.Concat(parents.Select(p => $"parent {p}\n"))}author {Line(author)}\ncommitter {Line(committer)}\n\n{message}";
        var commit = new GitCommit(Name("commit", Encoding.UTF8.GetBytes(text)), tree, parents, message, author, committer);
        return _commits[commit.Sha] = commit;
    }

    /// <summary>All files below a tree.</summary>
    public SortedDictionary<string, GitFile> Files(string tree)
    {
        var files = new SortedDictionary<string, GitFile>(StringComparer.Ordinal);
        Collect(tree, "", files);
        return files;
    }

    /// <summary>Whether one commit is another, or an ancestor of it.</summary>
    public bool Leads(string from, string to) => Ancestors(to).Contains(from);

    /// <summary>A commit and all that lead to it, each before its parents, the newest first.</summary>
    public ImmutableArray<GitCommit> Before(string sha)
    {
        var all = Ancestors(sha).ToDictionary(id => id, id => _commits[id]);
        var children = all.Values.SelectMany(c => c.Parents).CountBy(id => id).ToDictionary();
        var ready = all.Values.Where(c => !children.ContainsKey(c.Sha)).ToList();
        var found = ImmutableArray.CreateBuilder<GitCommit>();
        while (ready.MaxBy(c => c.Committer.At) is { } newest)
        {
            ready.Remove(newest);
            found.Add(newest);
            ready.AddRange(newest.Parents.Where(parent => --children[parent] == 0).Select(parent => all[parent]));
        }

        return found.ToImmutable();
    }

    /// <summary>The names of a commit and of all that lead to it.</summary>
    public HashSet<string> Ancestors(string sha)
    {
        var seen = new HashSet<string>();
        var waiting = new Queue<string>([sha]);
        while (waiting.TryDequeue(out var next))
        {
            if (Commit(next) is { } commit && seen.Add(next))
            {
                commit.Parents.ToList().ForEach(waiting.Enqueue);
            }
        }

        return seen;
    }

    /// <summary>Where two commits parted; null where they have nothing in common.</summary>
    public GitCommit? Parting(string one, string other)
    {
        var common = Ancestors(one).Intersect(Ancestors(other)).ToArray();
        return common.FirstOrDefault(id => !common.Any(later => later != id && Leads(id, later))) is { } parting ? _commits[parting] : null;
    }

    /// <summary>All files and folders below a tree, as git lists them.</summary>
    public IEnumerable<(string Name, string Mode, string Type, string Sha)> Everything(string tree, string prefix = "") => _trees[tree].SelectMany(e =>
        new[] { (prefix + e.Name, e.Mode, e.Type, e.Sha) }.Concat(e.Type == "tree" ? Everything(e.Sha, prefix + e.Name + "/") : []));

    /// <summary>Another store with what this one has of a tree.</summary>
    public GitObjects CopyOf(string tree)
    {
        var copy = new GitObjects();
        foreach (var file in Files(tree).Values.Where(f => f.Mode != "160000"))
        {
            copy.AddBlob(_blobs[file.Sha]);
        }

        copy.AddTree(Files(tree));
        return copy;
    }

    private void Collect(string tree, string prefix, SortedDictionary<string, GitFile> files)
    {
        foreach (var entry in _trees[tree])
        {
            if (entry.Type == "tree")
            {
                Collect(entry.Sha, prefix + entry.Name + "/", files);
            }
            else
            {
                files[prefix + entry.Name] = new GitFile(entry.Mode, entry.Sha);
            }
        }
    }

    private static string Line(GitPerson person) =>
        string.Create(CultureInfo.InvariantCulture, $"{person.Name} <{person.Email}> {person.At.ToUnixTimeSeconds()} +0000");

    // git names objects by SHA-1; nothing here rests on its strength.
    private static string Name(string kind, byte[] content) => Convert.ToHexStringLower(
        SHA1.HashData([.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind} {content.Length}\0")), .. content]));
}
