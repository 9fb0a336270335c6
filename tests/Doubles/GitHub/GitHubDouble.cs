using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>
/// GitHub's REST API as far as campaign repositories need it: owners, tokens with rights, templates, repositories with real git objects,
/// content that comes late after a repository was generated, branch protection, and GitHub's limits.
/// </summary>
public sealed partial class GitHubDouble : ProviderDouble
{
    /// <summary>The version of the API that it is.</summary>
    private const string Version = "2022-11-28";

    private readonly Lock _state = new();
    private readonly TimeProvider _clock;
    private readonly GitHubMeter _meter;
    private readonly Dictionary<string, bool> _owners = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, GitHubToken> _tokens = [];
    private readonly List<GitHubRepository> _repositories = [];
    private readonly Dictionary<string, GitHubRepository> _moved = new(StringComparer.OrdinalIgnoreCase);
    private GitHubForms _forms = null!;
    private long _lastId = 100_000_000;

    private GitHubDouble(TimeProvider clock)
        : base("github", clock) => (_clock, _meter) = (clock, new GitHubMeter(clock));

    /// <summary>The limits in force.</summary>
    public GitHubLimits Limits
    {
        get => Locked(() => _meter.Limits);
        set => Locked(() => _meter.Limits = value);
    }

    /// <summary>How many requests were refused because of a limit: none, where a client keeps to its budget.</summary>
    public int LimitRefusals => Locked(() => _meter.Refusals);

    /// <summary>
    /// For each of the first reads of a generated repository's content, whether it sees the content: by default two don't, one does, the
    /// next doesn't (another front end), all later ones do.
    /// </summary>
    public ImmutableArray<bool> ContentReads { get; set; } = [false, false, true, false];

    /// <summary>How many reads don't find a repository that was just made.</summary>
    public int HiddenReads { get; set; }

    /// <summary>So many reads to come don't find a repository that has been there for long: the server that they come to lags behind.</summary>
    public void Hide(string fullName, int reads) => Locked(() => Existing(fullName).HiddenReads = reads);

    /// <summary>How many entries a whole tree is listed with at most; what is longer is cut, and says so.</summary>
    public int TreeEntriesMax { get; set; } = 100_000;

    /// <summary>Whether pull requests may be drafts, which GitHub's free plan refuses for private repositories.</summary>
    public bool HasDrafts { get; set; } = true;

    /// <summary>Whether branches of private repositories can be protected, which GitHub's free plan refuses.</summary>
    public bool ProtectsPrivate { get; set; } = true;

    /// <inheritdoc/>
    public override IReadOnlyList<DoubleResource> Left => Locked(() => _repositories
        .Select(r => new DoubleResource("repository", r.FullName, $"{r.Id}", r.Marker)).ToImmutableArray());

    public static async Task<GitHubDouble> StartedAsync(TimeProvider? clock = null)
    {
        var github = new GitHubDouble(clock ?? TimeProvider.System);
        await github.StartAsync();
        github._forms = new GitHubForms(github.Address);
        return github;
    }

    /// <summary>An owner of repositories: an organization, or a person.</summary>
    public void AddOwner(string login, bool isOrganization = true) => Locked(() => _owners[login] = isOrganization);

    /// <summary>Issues a token, or changes what it may do. Its login becomes an owner too.</summary>
    public void AddToken(string token, GitHubToken rights) => Locked(() =>
    {
        _tokens[token] = rights;
        _owners.TryAdd(rights.Login, false);
    });

    /// <summary>From now on the token is answered 401.</summary>
    public void Revoke(string token) => Locked(() => _tokens.Remove(token));

    /// <summary>A repository as somebody else would have made it, with one commit of these files (path to text) and that tag on it.</summary>
    /// <returns>Its id and the commit.</returns>
    public (long Id, string Commit) AddRepository(
        string owner, string name, IReadOnlyDictionary<string, string> files, bool isTemplate = false, bool isPrivate = false, string? description = null, string? tag = null) =>
        Locked(() =>
        {
            _owners.TryAdd(owner, true);
            var repository = Made(owner, name, description, isPrivate);
            repository.IsTemplate = isTemplate;
            var commit = Commit(repository, files, "First", []);
            if (tag is not null)
            {
                repository.Refs["refs/tags/" + tag] = commit;
            }

            return (repository.Id, commit);
        });

    /// <summary>Renames a repository, or gives it to another owner; the old name leads to it.</summary>
    public void Rename(string fullName, string name) => Locked(() =>
    {
        var repository = Existing(fullName);
        _moved[fullName] = repository;
        repository.Name = name;
    });

    /// <summary>Deletes a repository, as a person would.</summary>
    public void Delete(string fullName) => Locked(() => _repositories.Remove(Existing(fullName)));

    /// <summary>Changes a repository's description, as a person would.</summary>
    public void Describe(string fullName, string? description) => Locked(() => Existing(fullName).Description = description);

    /// <summary>What it says of itself, its marker included.</summary>
    public string? DescriptionOf(string fullName) => Locked(() => Existing(fullName).Description);

    /// <summary>The text of each file of a branch, tag or commit; null where there is none.</summary>
    public IReadOnlyDictionary<string, string>? Files(string fullName, string revision = "main") => Locked(() =>
        Existing(fullName) is var repository && repository.Resolve(revision) is { } commit
            ? repository.Objects.Files(commit.Tree).ToImmutableSortedDictionary(f => f.Key, f => Encoding.UTF8.GetString(repository.Objects.Blob(f.Value.Sha) ?? []))
            : null);

    /// <summary>A branch's commits, the newest first, by first parents.</summary>
    public IReadOnlyList<GitCommit> History(string fullName, string revision = "main") => Locked(() =>
        FirstParents(Existing(fullName), Existing(fullName).Resolve(revision)).ToImmutableArray());

    /// <summary>Takes a branch's protection away, as an owner may.</summary>
    public void Unprotect(string fullName, string branch = "main") => Locked(() => Existing(fullName).Protections.Remove(branch));

    /// <summary>The request that protects a branch, or null.</summary>
    public JsonObject? Protection(string fullName, string branch = "main") => Locked(() => Existing(fullName).Protections.GetValueOrDefault(branch));

    /// <inheritdoc/>
    protected override DoubleAnswer Error(int status, string message) => GitHubForms.Error(status, message);

    /// <inheritdoc/>
    protected override DoubleAnswer? Refuse(SeenRequest request)
    {
        if (request.Header("User-Agent").Length == 0)
        {
            Violated($"{request.Method} {request.Path}: GitHub refuses requests without a User-Agent");
            return Error(403, "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.");
        }

        // Without them GitHub answers in forms of its own choice, which change when it has a new default version.
        if (request.Header("Accept") != "application/vnd.github+json" || request.Header("X-GitHub-Api-Version") != Version)
        {
            Violated($"{request.Method} {request.Path}: asked for '{request.Header("Accept")}' of version '{request.Header("X-GitHub-Api-Version")}'");
        }

        // Apps come with a credential that they signed themselves, and count for themselves.
        return Locked(() => request.Path.StartsWith("/app/", StringComparison.Ordinal) ? null
            : request.Token is not { } token || !_tokens.TryGetValue(token, out var rights) || rights.Until <= Now ? Error(401, "Bad credentials")
            : request.Path == "/rate_limit" ? null
            : _meter.Count(token, request.Method != "GET"));
    }

    /// <inheritdoc/>
    protected override DoubleAnswer Complete(SeenRequest request, DoubleAnswer answer) => Locked(() =>
    {
        var told = answer.With("X-GitHub-Request-Id", $"D0:{request.Number:X4}");
        if (request.Token is not { } token || !_tokens.TryGetValue(token, out var rights))
        {
            return told;
        }

        told = _meter.Tell(token, told);
        return rights.Scopes is { } scopes ? told.With("X-OAuth-Scopes", scopes) : told;
    });

    private string Commit(GitHubRepository repository, IReadOnlyDictionary<string, string> files, string message, ImmutableArray<string> parents)
    {
        var blobs = files.ToDictionary(f => f.Key, f => new GitFile("100644", repository.Objects.AddBlob(Encoding.UTF8.GetBytes(f.Value))));
        var person = new GitPerson("Somebody", "somebody@example.com", Now);
        var commit = repository.Objects.AddCommit(repository.Objects.AddTree(blobs), parents, message, person, person);
        return repository.Refs["refs/heads/" + repository.DefaultBranch] = commit.Sha;
    }

    private GitHubRepository Made(string owner, string name, string? description, bool isPrivate, GitHubRepository? template = null)
    {
        // The letters of an owner's name are as they were when it was made, whatever a request writes.
        var login = _owners.Keys.Single(o => o.Equals(owner, StringComparison.OrdinalIgnoreCase));
        var repository = new GitHubRepository(++_lastId, login, name) { Description = description, IsPrivate = isPrivate, Template = template, MadeAt = Now };
        _repositories.Add(repository);
        _moved.Remove(repository.FullName);
        return repository;
    }

    private static IEnumerable<GitCommit> FirstParents(GitHubRepository repository, GitCommit? newest)
    {
        for (var commit = newest; commit is not null; commit = commit.Parents is [var parent, ..] ? repository.Objects.Commit(parent) : null)
        {
            yield return commit;
        }
    }

    private GitHubRepository? Named(string fullName) =>
        _repositories.SingleOrDefault(r => r.FullName.Equals(fullName, StringComparison.OrdinalIgnoreCase));

    private GitHubRepository Existing(string fullName) => Named(fullName) ?? throw new InvalidOperationException($"There is no repository {fullName}.");

    private T Locked<T>(Func<T> what)
    {
        lock (_state)
        {
            return what();
        }
    }

    private void Locked(Action what)
    {
        lock (_state)
        {
            what();
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,100}\z")]
    private static partial Regex NamePattern();
}
