using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>Pull requests, merges, comparisons.</content>
public sealed partial class GitHubDouble
{
    private void MapPulls(ReadRoute reads, WriteRoute writes)
    {
        reads("/pulls", "github.pulls", ListPulls);
        reads("/pulls/{pull_number}", "github.readPull", (request, repository) => Pull(request, repository) is { } pull
            ? new DoubleAnswer(200, InFull(repository, pull)) : NotFound());
        reads("/compare/{basehead}", "github.compare", Compare);
        writes("POST", "/pulls", "github.createPull", CreatePull);
        writes("PATCH", "/pulls/{pull_number}", "github.updatePull", (request, repository, _) => UpdatePull(request, repository));
        writes("PUT", "/pulls/{pull_number}/merge", "github.mergePull", (request, repository, token) => MergePull(request, repository, token));
    }

    private static GitHubPull? Pull(DoubleRequest request, GitHubRepository repository) =>
        repository.Pulls.SingleOrDefault(p => $"{p.Number}" == request["pull_number"]);

    private DoubleAnswer ListPulls(DoubleRequest request, GitHubRepository repository)
    {
        var state = request.Query("state") ?? "open";
        var found = repository.Pulls
            .Where(p => state == "all" || p.IsOpen == (state == "open"))
            .Where(p => request.Query("head") is not { } head || head == $"{repository.Owner}:{p.Branch}")
            .Where(p => request.Query("base") is not { } onto || onto == p.Onto);
        // Newest first, unless asked otherwise.
        found = request.Query("direction") == "asc" ? found : found.Reverse();
        var (page, size) = (Number(request, "page", 1), Math.Min(100, Number(request, "per_page", 30)));
        return new DoubleAnswer(200, new JsonArray([.. found.Skip((page - 1) * size).Take(size).Select(p => _forms.Pull(repository, p))]));
    }

    private DoubleAnswer CreatePull(DoubleRequest request, GitHubRepository repository, GitHubToken token)
    {
        var (branch, onto) = (request.Text("head")!.Split(':')[^1], request.Text("base")!);
        if (!repository.Refs.TryGetValue("refs/heads/" + branch, out var head) || !repository.Refs.TryGetValue("refs/heads/" + onto, out var into))
        {
            return GitHubForms.Invalid("PullRequest", repository.Refs.ContainsKey("refs/heads/" + branch) ? "base" : "head", "invalid", "");
        }

        if (repository.Pulls.Any(p => p.IsOpen && p.Branch == branch && p.Onto == onto))
        {
            return GitHubForms.Invalid("PullRequest", "base", "custom", $"A pull request already exists for {repository.Owner}:{branch}.");
        }

        if (repository.Objects.Leads(head, into))
        {
            return GitHubForms.Invalid("PullRequest", "base", "custom", $"No commits between {onto} and {branch}");
        }

        var isDraft = (bool?)request.Body["draft"] == true;
        if (isDraft && !HasDrafts)
        {
            return Error(422, "Draft pull requests are not supported in this repository.");
        }

        var pull = new GitHubPull(repository.Pulls.Count + 1, branch, onto, token.Login)
        {
            MadeAt = Now, Title = request.Text("title") ?? "", Body = request.Text("body") ?? "", IsDraft = isDraft, Head = head,
        };
        repository.Pulls.Add(pull);
        return new DoubleAnswer(201, InFull(repository, pull));
    }

    private DoubleAnswer UpdatePull(DoubleRequest request, GitHubRepository repository)
    {
        if (Pull(request, repository) is not { } pull)
        {
            return NotFound();
        }

        (pull.Title, pull.Body) = (request.Text("title") ?? pull.Title, request.Text("body") ?? pull.Body);
        if (request.Text("state") is "closed" && pull.IsOpen)
        {
            Close(pull);
        }

        return new DoubleAnswer(200, InFull(repository, pull));
    }

    private DoubleAnswer MergePull(DoubleRequest request, GitHubRepository repository, GitHubToken token)
    {
        if (Pull(request, repository) is not { } pull)
        {
            return NotFound();
        }

        if (!pull.IsOpen || pull.IsDraft || Merged(repository, pull) is not { } tree)
        {
            return Error(405, pull is { IsOpen: true, IsDraft: true } ? "Pull Request is still a draft" : "Pull Request is not mergeable");
        }

        if (request.Text("sha") is { } sha && sha != pull.Head)
        {
            return Error(409, "Head branch was modified. Review and try the merge again.");
        }

        var title = request.Text("commit_title") ?? $"Merge pull request #{pull.Number} from {repository.Owner}/{pull.Branch}";
        var message = request.Text("commit_message") is { Length: > 0 } text ? $"{title}\n\n{text}" : title;
        var commit = Merge(repository, pull, tree, message, (request.Text("merge_method") ?? "merge") == "merge", PersonOf(token));
        return new DoubleAnswer(200, new JsonObject { ["sha"] = commit, ["merged"] = true, ["message"] = "Pull Request successfully merged" });
    }

    private DoubleAnswer Compare(DoubleRequest request, GitHubRepository repository)
    {
        var ends = request["basehead"].Split("...");
        if (ends.Length != 2 || repository.Resolve(ends[0]) is not { } from || repository.Resolve(ends[1]) is not { } to
            || repository.Objects.Parting(from.Sha, to.Sha) is not { } parting)
        {
            return NotFound();
        }

        var known = repository.Objects.Ancestors(from.Sha);
        GitCommit[] ahead = [.. repository.Objects.Before(to.Sha).Where(c => !known.Contains(c.Sha)).Reverse()];
        return new DoubleAnswer(200, _forms.Comparison(
            repository, from, to, parting, ahead, known.Except(repository.Objects.Ancestors(to.Sha)).Count()));
    }

    private JsonObject InFull(GitHubRepository repository, GitHubPull pull)
    {
        var ends = (pull.Head, repository.Refs["refs/heads/" + pull.Onto]);
        bool? isMergeable = pull.WorkedOut == ends ? pull.IsOpen && Merged(repository, pull) is not null : null;
        pull.WorkedOut = ends;
        var onto = repository.Objects.Ancestors(ends.Item2);
        return _forms.PullInFull(repository, pull, isMergeable, repository.Objects.Ancestors(pull.Head).Count(c => !onto.Contains(c)));
    }

    private string Merge(GitHubRepository repository, GitHubPull pull, string tree, string message, bool keepsHistory, GitPerson person)
    {
        var onto = repository.Refs["refs/heads/" + pull.Onto];
        ImmutableArray<string> parents = keepsHistory ? [onto, pull.Head] : [onto];
        pull.MergedAs = repository.Objects.AddCommit(tree, parents, message, person, person).Sha;
        repository.Refs["refs/heads/" + pull.Onto] = pull.MergedAs;
        Close(pull);
        Settle(repository);
        return pull.MergedAs;
    }

    // File by file: one that both sides changed differently is in the way.
    private static string? Merged(GitHubRepository repository, GitHubPull pull)
    {
        var ours = repository.Refs["refs/heads/" + pull.Onto];
        if (repository.Objects.Parting(ours, pull.Head) is not { } parting)
        {
            return null;
        }

        SortedDictionary<string, GitFile> Of(string commit) => repository.Objects.Files(repository.Objects.Commit(commit)!.Tree);
        var (before, here, there) = (Of(parting.Sha), Of(ours), Of(pull.Head));
        var merged = new Dictionary<string, GitFile>();
        foreach (var path in before.Keys.Union(here.Keys).Union(there.Keys))
        {
            var (was, mine, theirs) = (before.GetValueOrDefault(path), here.GetValueOrDefault(path), there.GetValueOrDefault(path));
            if (mine != was && theirs != was && mine != theirs)
            {
                return null;
            }

            if ((mine == was ? theirs : mine) is { } file)
            {
                merged[path] = file;
            }
        }

        return repository.Objects.AddTree(merged);
    }

    private void Close(GitHubPull pull) => (pull.IsOpen, pull.ClosedAt) = (false, Now);

    // What GitHub does by itself once branches have moved: heads follow; what the other branch has already counts as merged.
    private void Settle(GitHubRepository repository)
    {
        foreach (var pull in repository.Pulls.Where(p => p.IsOpen))
        {
            pull.Head = repository.Refs.GetValueOrDefault("refs/heads/" + pull.Branch) ?? pull.Head;
            if (repository.Objects.Leads(pull.Head, repository.Refs["refs/heads/" + pull.Onto]))
            {
                pull.MergedAs = repository.Refs["refs/heads/" + pull.Onto];
                Close(pull);
            }
        }
    }

    private DoubleAnswer Drop(GitHubRepository repository, string reference)
    {
        repository.Refs.Remove(reference);
        repository.Pulls.Where(p => p.IsOpen && "refs/heads/" + p.Branch == reference).ToList().ForEach(Close);
        return new DoubleAnswer(204);
    }
}
