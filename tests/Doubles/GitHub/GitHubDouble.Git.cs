using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.GitHub;

/// <content>The Git Data API, branches, commits, contents.</content>
public sealed partial class GitHubDouble
{
    private delegate void ReadRoute(string path, string operation, Func<DoubleRequest, GitHubRepository, DoubleAnswer> handle);

    private delegate void WriteRoute(string method, string path, string operation, Func<DoubleRequest, GitHubRepository, GitHubToken, DoubleAnswer> handle);

    private delegate void Route(string method, string path, string operation, Func<DoubleRequest, GitHubToken, DoubleAnswer> handle);

    private void MapGit(Route on)
    {
        void Reads(string path, string operation, Func<DoubleRequest, GitHubRepository, DoubleAnswer> handle) =>
            on("GET", Repository + path, operation, (request, token) => Content(request, token, false) is { } refusal ? refusal : handle(request, Found(request)));

        void Writes(string method, string path, string operation, Func<DoubleRequest, GitHubRepository, GitHubToken, DoubleAnswer> handle) =>
            on(method, Repository + path, operation, (request, token) => Content(request, token, true) is { } refusal ? refusal : handle(request, Found(request), token));

        Reads("/git/ref/{ref}", "github.readRef", ReadReference);
        Reads("/git/matching-refs/{ref}", "github.matchingRefs", (request, repository) => new DoubleAnswer(200, new JsonArray([.. repository.Refs
            .Where(r => r.Key.StartsWith("refs/" + request["ref"], StringComparison.Ordinal)).Select(r => _forms.Reference(repository, r.Key, r.Value))])));
        Reads("/git/commits/{commit_sha}", "github.readGitCommit", (request, repository) =>
            repository.Objects.Commit(request["commit_sha"]) is { } commit ? new DoubleAnswer(200, _forms.GitCommit(repository, commit)) : NotFound());
        Reads("/git/trees/{tree_sha}", "github.readTree", ReadTree);
        Reads("/git/blobs/{file_sha}", "github.readBlob", ReadBlob);
        Reads("/commits/{ref}", "github.readCommit", (request, repository) => repository.Resolve(request["ref"]) is { } commit
            ? new DoubleAnswer(200, _forms.Commit(repository, commit)) : Error(422, $"No commit found for SHA: {request["ref"]}"));
        Reads("/commits", "github.commits", (request, repository) => repository.Resolve(request.Query("sha") ?? repository.DefaultBranch) is { } commit
            ? new DoubleAnswer(200, new JsonArray([.. repository.Objects.Before(commit.Sha).Take(Math.Min(100, Number(request, "per_page", 30))).Select(c => _forms.Commit(repository, c))]))
            : NotFound());
        Reads("/branches/{branch}", "github.readBranch", (request, repository) => repository.Refs.ContainsKey("refs/heads/" + request["branch"])
            ? new DoubleAnswer(200, _forms.Branch(repository, request["branch"], repository.Resolve(request["branch"])!)) : Error(404, "Branch not found"));
        Reads("/contents/{path}", "github.readContents", ReadContents);
        MapPulls(Reads, Writes);
        Writes("POST", "/git/blobs", "github.createBlob", CreateBlob);
        Writes("POST", "/git/trees", "github.createTree", (request, repository, _) => CreateTree(request, repository));
        Writes("POST", "/git/commits", "github.createCommit", CreateCommit);
        Writes("POST", "/git/refs", "github.createRef", (request, repository, _) => CreateReference(request, repository));
        Writes("PATCH", "/git/refs/{ref}", "github.updateRef", (request, repository, _) => UpdateReference(request, repository));
        Writes("DELETE", "/git/refs/{ref}", "github.deleteRef", (request, repository, _) => DeleteReference(request, repository));
    }

    // Null where the repository's content may be read or written now.
    private DoubleAnswer? Content(DoubleRequest request, GitHubToken token, bool isWrite)
    {
        if (Find(request, token, out var repository) is { } refusal)
        {
            return refusal;
        }

        if (isWrite && !MayWrite(token, repository!.Owner))
        {
            return Error(403, "Resource not accessible by personal access token");
        }

        if (isWrite && repository!.IsArchived)
        {
            return Error(403, "Repository was archived so is read-only.");
        }

        // A write waits for the content as reads do, but doesn't bring it nearer.
        var isThere = repository!.ContentReads.Count == 0 || (isWrite ? repository.ContentReads.Peek() : repository.ContentReads.Dequeue());
        return !isThere || repository.Refs.Count == 0 ? Error(409, "Git Repository is empty.") : null;
    }

    private GitHubRepository Found(DoubleRequest request) => Existing($"{request["owner"]}/{request["repo"]}");

    private DoubleAnswer ReadReference(DoubleRequest request, GitHubRepository repository) =>
        repository.Refs.TryGetValue("refs/" + request["ref"], out var sha)
            ? new DoubleAnswer(200, _forms.Reference(repository, "refs/" + request["ref"], sha)) : NotFound();

    private DoubleAnswer ReadTree(DoubleRequest request, GitHubRepository repository)
    {
        var tree = repository.Resolve(request["tree_sha"])?.Tree ?? request["tree_sha"];
        if (repository.Objects.Tree(tree) is not { } entries)
        {
            return NotFound();
        }

        var wanted = (request.Query("recursive") is null
            ? entries.Select(e => (e.Name, e.Mode, e.Type, e.Sha)) : repository.Objects.Everything(tree)).ToArray();
        return new DoubleAnswer(200, _forms.Tree(
            repository, tree, new JsonArray([.. wanted.Take(TreeEntriesMax).Select(e => Entry(repository, e))]), wanted.Length > TreeEntriesMax));
    }

    private DoubleAnswer ReadBlob(DoubleRequest request, GitHubRepository repository) => repository.Objects.Blob(request["file_sha"]) is not { } content
        ? NotFound()
        : new DoubleAnswer(200, With(With(With(With(_forms.Linked(repository, "git/blobs", request["file_sha"]), "node_id", GitHubForms.Node("B", repository.Id)),
            "size", content.Length), "content", InLines(content)), "encoding", "base64"));

    private DoubleAnswer ReadContents(DoubleRequest request, GitHubRepository repository)
    {
        var commit = repository.Resolve(request.Query("ref") ?? repository.DefaultBranch);
        if (commit is null || !repository.Objects.Files(commit.Tree).TryGetValue(request["path"], out var file))
        {
            return NotFound();
        }

        var content = repository.Objects.Blob(file.Sha)!;
        var path = $"repos/{repository.FullName}/contents/{request["path"]}";
        var (self, git, html) = (_forms.Url(path), _forms.Url($"repos/{repository.FullName}/git/blobs/{file.Sha}"), $"https://github.com/{repository.FullName}/blob/main/{request["path"]}");
        return new DoubleAnswer(200, new JsonObject
        {
            ["type"] = "file", ["name"] = request["path"].Split('/')[^1], ["path"] = request["path"], ["sha"] = file.Sha, ["size"] = content.Length,
            ["encoding"] = "base64", ["content"] = InLines(content), ["url"] = self, ["git_url"] = git, ["html_url"] = html, ["download_url"] = html,
            ["_links"] = new JsonObject { ["self"] = self, ["git"] = git, ["html"] = html },
        });
    }

    // GitHub breaks what it encodes into lines.
    private static string InLines(byte[] content) =>
        string.Concat(Convert.ToBase64String(content).Chunk(60).Select(line => new string(line) + "\n"));

    private DoubleAnswer CreateBlob(DoubleRequest request, GitHubRepository repository, GitHubToken token)
    {
        try
        {
            var text = request.Text("content") ?? "";
            var sha = repository.Objects.AddBlob(request.Text("encoding") == "base64" ? Convert.FromBase64String(text) : Encoding.UTF8.GetBytes(text));
            return new DoubleAnswer(201, _forms.Linked(repository, "git/blobs", sha));
        }
        catch (FormatException)
        {
            return Error(422, "content is not valid Base64");
        }
    }

    private DoubleAnswer CreateTree(DoubleRequest request, GitHubRepository repository)
    {
        var files = new SortedDictionary<string, GitFile>(StringComparer.Ordinal);
        if (request.Text("base_tree") is { } tree)
        {
            if (repository.Objects.Tree(tree) is null)
            {
                return Error(422, "base_tree is not a valid tree oid");
            }

            files = repository.Objects.Files(tree);
        }

        foreach (var entry in request.Body["tree"]!.AsArray())
        {
            if (Put(entry!.AsObject(), files, repository) is { } refusal)
            {
                return refusal;
            }
        }

        var made = repository.Objects.AddTree(files);
        return new DoubleAnswer(201, _forms.Tree(repository, made, new JsonArray(
            [.. repository.Objects.Tree(made)!.Value.Select(e => Entry(repository, (e.Name, e.Mode, e.Type, e.Sha)))])));
    }

    private DoubleAnswer? Put(JsonObject entry, SortedDictionary<string, GitFile> files, GitHubRepository repository)
    {
        var (path, mode, sha, content) = ((string?)entry["path"] ?? "", (string?)entry["mode"] ?? "", (string?)entry["sha"], (string?)entry["content"]);
        if (path.Split('/').Any(part => part is "" or "." or "..") || path.Split('/').Contains(".git", StringComparer.OrdinalIgnoreCase))
        {
            return Error(422, "tree.path contains a malformed path component");
        }

        if (entry.ContainsKey("sha") == (content is not null))
        {
            return Error(422, "Must supply either tree.sha or tree.content, and not both");
        }

        if (entry.ContainsKey("sha") && sha is null)
        {
            return files.Remove(path) ? null : Error(422, "GitRPC::BadObjectState");
        }

        if (sha is not null && repository.Objects.Blob(sha) is null && mode != "040000" && mode != "160000")
        {
            return Error(422, "tree.sha is not a valid blob");
        }

        if (mode == "040000")
        {
            return PutFolder(path, sha!, files, repository);
        }

        // A file where a folder was takes its place, and the other way round.
        foreach (var other in files.Keys.Where(f => f.StartsWith(path + "/", StringComparison.Ordinal) || path.StartsWith(f + "/", StringComparison.Ordinal)).ToArray())
        {
            files.Remove(other);
        }

        files[path] = new GitFile(mode, sha ?? repository.Objects.AddBlob(Encoding.UTF8.GetBytes(content!)));
        return null;
    }

    private DoubleAnswer? PutFolder(string path, string sha, SortedDictionary<string, GitFile> files, GitHubRepository repository)
    {
        if (repository.Objects.Tree(sha) is null)
        {
            return Error(422, "tree.sha is not a valid tree");
        }

        foreach (var old in files.Keys.Where(f => f.StartsWith(path + "/", StringComparison.Ordinal)).ToArray())
        {
            files.Remove(old);
        }

        foreach (var (name, file) in repository.Objects.Files(sha))
        {
            files[$"{path}/{name}"] = file;
        }

        return null;
    }

    private DoubleAnswer CreateCommit(DoubleRequest request, GitHubRepository repository, GitHubToken token)
    {
        ImmutableArray<string> parents = [.. (request.Body["parents"]?.AsArray() ?? []).Select(p => (string)p!)];
        if (repository.Objects.Tree(request.Text("tree")!) is null || parents.Any(p => repository.Objects.Commit(p) is null))
        {
            return Error(422, "Tree SHA or a parent does not exist");
        }

        var author = Person(request.Body["author"], PersonOf(token));
        var commit = repository.Objects.AddCommit(request.Text("tree")!, parents, request.Text("message")!, author, Person(request.Body["committer"], author));
        return new DoubleAnswer(201, _forms.GitCommit(repository, commit));
    }

    private DoubleAnswer CreateReference(DoubleRequest request, GitHubRepository repository)
    {
        var (name, sha) = (request.Text("ref")!, request.Text("sha")!);
        if (!name.StartsWith("refs/", StringComparison.Ordinal) || name.Count(c => c == '/') < 2)
        {
            return Error(422, "Reference name must start with 'refs/' and have at least two slashes");
        }

        return repository.Objects.Commit(sha) is null ? Error(422, "Object does not exist")
            : !repository.Refs.TryAdd(name, sha) ? Error(422, "Reference already exists")
            : new DoubleAnswer(201, _forms.Reference(repository, name, sha));
    }

    private DoubleAnswer UpdateReference(DoubleRequest request, GitHubRepository repository)
    {
        var (name, sha, force) = ("refs/" + request["ref"], request.Text("sha")!, (bool?)request.Body["force"] == true);
        if (!repository.Refs.TryGetValue(name, out var old) || repository.Objects.Commit(sha) is null)
        {
            return Error(422, repository.Refs.ContainsKey(name) ? "Object does not exist" : "Reference does not exist");
        }

        if (!repository.Objects.Leads(old, sha) && !(force && Allows(repository, name, "allow_force_pushes")))
        {
            return Error(422, force ? "Cannot force-push to this branch" : "Update is not a fast forward");
        }

        if (repository.Reviewed.Any(branch => name == "refs/heads/" + branch) && old != sha)
        {
            return Error(422, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n");
        }

        repository.Refs[name] = sha;
        Settle(repository);
        return new DoubleAnswer(200, _forms.Reference(repository, name, sha));
    }

    private DoubleAnswer DeleteReference(DoubleRequest request, GitHubRepository repository)
    {
        var name = "refs/" + request["ref"];
        return !repository.Refs.ContainsKey(name) ? Error(422, "Reference does not exist")
            : name == "refs/heads/" + repository.DefaultBranch || !Allows(repository, name, "allow_deletions") ? Error(422, "Cannot delete this branch")
            : Drop(repository, name);
    }

    private static bool Allows(GitHubRepository repository, string reference, string rule) =>
        !repository.Protections.TryGetValue(reference.Replace("refs/heads/", "", StringComparison.Ordinal), out var rules) || (bool?)rules[rule] == true;

    private JsonObject Entry(GitHubRepository repository, (string Name, string Mode, string Type, string Sha) entry)
    {
        var form = new JsonObject { ["path"] = entry.Name, ["mode"] = entry.Mode, ["type"] = entry.Type, ["sha"] = entry.Sha };
        if (repository.Objects.Blob(entry.Sha) is { } content && entry.Type == "blob")
        {
            form["size"] = content.Length;
        }

        return With(form, "url", _forms.Url($"repos/{repository.FullName}/git/{entry.Type}s/{entry.Sha}"));
    }

    private static GitPerson Person(JsonNode? body, GitPerson otherwise) => body is null ? otherwise : new GitPerson(
        (string?)body["name"] ?? otherwise.Name, (string?)body["email"] ?? otherwise.Email,
        (string?)body["date"] is { } date ? DateTimeOffset.Parse(date, CultureInfo.InvariantCulture) : otherwise.At);
}
