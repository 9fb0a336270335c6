using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>A file as somebody commits it.</summary>
public sealed record GitHubFile(byte[] Content, string Mode = "100644")
{
    public static GitHubFile Of(string text, string mode = "100644") => new(Encoding.UTF8.GetBytes(text), mode);
}

/// <summary>A pull request as people see it. <paramref name="State"/> is open, merged or closed.</summary>
public sealed record GitHubReview(int Number, string Branch, string State, string Head, string Title, string Body, bool IsDraft, string? MergedAs);

/// <content>What people do at GitHub beside the platform.</content>
public sealed partial class GitHubDouble
{
    /// <summary>Commits on the default branch, as somebody else would.</summary>
    public string Push(string fullName, IReadOnlyDictionary<string, string> files, string message = "Somebody else's work") =>
        PushTo(fullName, null, files.ToDictionary(f => f.Key, f => (GitHubFile?)GitHubFile.Of(f.Value)), message);

    /// <summary>
    /// Commits on a branch (null for the default one), as somebody else would; a new branch begins at the default one. A null file is deleted.
    /// </summary>
    public string PushTo(string fullName, string? branch, IReadOnlyDictionary<string, GitHubFile?> files, string message = "Somebody else's work") => Locked(() =>
    {
        var repository = Existing(fullName);
        var reference = "refs/heads/" + (branch ?? repository.DefaultBranch);
        var head = repository.Refs.GetValueOrDefault(reference) ?? repository.Refs["refs/heads/" + repository.DefaultBranch];
        var all = repository.Objects.Files(repository.Objects.Commit(head)!.Tree);
        foreach (var (path, file) in files)
        {
            all.Remove(path);
            if (file is not null)
            {
                all[path] = new GitFile(file.Mode, repository.Objects.AddBlob(file.Content));
            }
        }

        var person = new GitPerson("Somebody", "somebody@example.com", Now);
        var commit = repository.Objects.AddCommit(repository.Objects.AddTree(all), [head], message, person, person);
        repository.Refs[reference] = commit.Sha;
        Settle(repository);
        return commit.Sha;
    });

    /// <summary>Puts a tag on a branch's head, or on a commit.</summary>
    public void Tag(string fullName, string tag, string revision = "main") => Locked(() =>
        Existing(fullName).Refs["refs/tags/" + tag] = Existing(fullName).Resolve(revision)!.Sha);

    /// <summary>A file's mode and bytes; null where there is none.</summary>
    public GitHubFile? File(string fullName, string path, string revision = "main") => Locked(() =>
        Existing(fullName) is var repository && repository.Resolve(revision) is { } commit
        && repository.Objects.Files(commit.Tree).GetValueOrDefault(path) is { } file
            ? new GitHubFile(repository.Objects.Blob(file.Sha) ?? [], file.Mode)
            : null);

    /// <summary>All pull requests, the oldest first.</summary>
    public IReadOnlyList<GitHubReview> Reviews(string fullName) => Locked(() => Existing(fullName).Pulls.Select(p => new GitHubReview(
        p.Number, p.Branch, p.IsOpen ? "open" : p.MergedAs is null ? "closed" : "merged", p.Head, p.Title, p.Body, p.IsDraft, p.MergedAs)).ToImmutableArray());

    /// <summary>Merges a pull request on its page, with a merge commit or as one commit; answers that commit.</summary>
    public string MergeReview(string fullName, int number, bool isSquashed = false) => Locked(() =>
    {
        var repository = Existing(fullName);
        var pull = repository.Pulls.Single(p => p.Number == number && p.IsOpen);
        var tree = Merged(repository, pull) ?? throw new InvalidOperationException($"The pull request {number} can't be merged.");
        var message = isSquashed ? $"{pull.Title} (#{number})" : $"Merge pull request #{number} from {repository.Owner}/{pull.Branch}";
        return Merge(repository, pull, tree, message, !isSquashed, new GitPerson("Somebody", "somebody@example.com", Now));
    });

    /// <summary>Merges a pull request on its page by writing its commits anew on the other branch; answers the last one.</summary>
    public string RebaseReview(string fullName, int number) => Locked(() =>
    {
        var repository = Existing(fullName);
        var (objects, pull, person) = (repository.Objects, repository.Pulls.Single(p => p.Number == number && p.IsOpen), new GitPerson("Somebody", "somebody@example.com", Now));
        var at = repository.Refs["refs/heads/" + pull.Onto];
        var known = objects.Ancestors(at);
        foreach (var commit in objects.Before(pull.Head).Where(c => !known.Contains(c.Sha)).Reverse().ToArray())
        {
            var (was, has, all) = (objects.Files(objects.Commit(commit.Parents[0])!.Tree), objects.Files(commit.Tree), objects.Files(objects.Commit(at)!.Tree));
            foreach (var path in was.Keys.Union(has.Keys).Where(p => was.GetValueOrDefault(p) != has.GetValueOrDefault(p)).ToArray())
            {
                all.Remove(path);
                if (has.GetValueOrDefault(path) is { } file)
                {
                    all[path] = file;
                }
            }

            at = objects.AddCommit(objects.AddTree(all), [at], commit.Message, commit.Author, person).Sha;
        }

        (pull.MergedAs, repository.Refs["refs/heads/" + pull.Onto]) = (at, at);
        Close(pull);
        return at;
    });

    /// <summary>Closes a pull request on its page.</summary>
    public void CloseReview(string fullName, int number) => Locked(() => Close(Existing(fullName).Pulls.Single(p => p.Number == number && p.IsOpen)));

    /// <summary>Deletes a branch, which closes its pull requests.</summary>
    public void DeleteBranch(string fullName, string branch) => Locked(() => Drop(Existing(fullName), "refs/heads/" + branch));

    /// <summary>Archives a repository, so that it can only be read, or takes that back.</summary>
    public void Archive(string fullName, bool isArchived = true) => Locked(() => Existing(fullName).IsArchived = isArchived);

    /// <summary>From now on a branch takes changes by pull requests alone.</summary>
    public void RequireReviews(string fullName, string branch = "main") => Locked(() => Existing(fullName).Reviewed.Add(branch));
}
