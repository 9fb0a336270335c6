using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Grains.Sync;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>Repositories that do as a test says, and remember what was pushed to them under which nonce.</summary>
internal sealed class ScriptedSites : ISiteRepositories
{
    private readonly ConcurrentDictionary<string, ScriptedSite> sites = new();

    public ImmutableArray<TemplateVersion> Versions { get; set; } = [];

    public ScriptedSite this[string slug] => sites.GetOrAdd(slug, _ => new ScriptedSite(this));

    public Task<ISiteRepository> OfAsync(CampaignDeployment deployment, CancellationToken ct) => Task.FromResult<ISiteRepository>(this[deployment.Slug]);
}

/// <summary>One of them.</summary>
internal sealed class ScriptedSite(ScriptedSites all) : ISiteRepository
{
    private readonly ConcurrentDictionary<string, SyncOutcome> pushed = new();

    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>What the next calls do instead.</summary>
    public ConcurrentQueue<Func<Exception?>> Faults { get; } = new();

    /// <summary>Whether nothing at all may be asked of it just now.</summary>
    public bool IsLimited { get; set; }

    public Func<SyncOrder, SyncOutcome> Comes { get; set; } = order => Pushed(order.Target, order.Nonce);

    public FollowedReview Stands { get; set; } = new(FollowedReview.Open);

    /// <summary>What is done where its pull request is to be closed.</summary>
    public Action? Closes { get; set; }

    public static FollowedReview Merged => new(FollowedReview.Merged) { Commit = new string('e', 40), Before = new string('f', 40) };

    public string Source => "local";

    /// <summary>How often something was pushed, whatever was asked how often.</summary>
    public int Pushes => pushed.Count;

    public static SyncOutcome Pushed(TemplateBase to, string nonce) => new(SyncOutcome.Pushed, to)
    {
        Commit = nonce.PadRight(40, 'c'), Before = nonce.PadRight(40, 'b'), Diff = "+ a line\n", LocalChanges = 2, Migrations = ["moved"],
        Files = [new SyncedFile("a.txt", "modified", "taken")],
    };

    public static SyncOutcome Proposed(SyncOrder order, int number = 1, bool conflicts = false) =>
        new(conflicts ? SyncOutcome.Conflict : SyncOutcome.PullRequested, order.Base)
        {
            PullRequest = new PullRequest(number, "template-sync", "open", new string('d', 40), null), Migrations = ["moved"],
        };

    public Task<ImmutableArray<TemplateVersion>> VersionsAsync(CancellationToken ct) => Task.FromResult(all.Versions);

    /// <summary>Each version has all before it.</summary>
    public Task<bool> HasAsync(string version, string commit, CancellationToken ct) =>
        Task.FromResult(all.Versions.SkipWhile(v => v.Commit != version).Any(v => v.Commit == commit));

    public Task<string?> ResolveAsync(string revision, CancellationToken ct) =>
        Task.FromResult(revision == "unknown" ? null : all.Versions.FirstOrDefault(v => v.Tag == revision)?.Commit ?? revision.PadRight(40, '0'));

    public Task<SyncOutcome> PreviewAsync(SyncOrder order, CancellationToken ct)
    {
        Call("preview");
        return Task.FromResult(Comes(order));
    }

    public Task<SyncOutcome> RunAsync(SyncOrder order, CancellationToken ct)
    {
        Call("run");
        return Task.FromResult(Found(order.Nonce, () => Comes(order)));
    }

    public Task<bool> HasPushedAsync(RepositoryRef repository, string nonce, CancellationToken ct)
    {
        Call("look");
        return Task.FromResult(pushed.ContainsKey(nonce));
    }

    public Task<SyncOutcome> RollBackAsync(RollBackOrder order, CancellationToken ct)
    {
        Call("roll-back");
        return Task.FromResult(Found(order.Nonce, () => Pushed(order.Base, order.Nonce)));
    }

    public Task<FollowedReview> FollowAsync(RepositoryRef repository, int number, CancellationToken ct)
    {
        Call("follow");
        return Task.FromResult(Stands);
    }

    public Task<SyncReview?> ReadAsync(RepositoryRef repository, int number, CancellationToken ct) => throw new NotSupportedException();

    public Task<ReviewChange> DecideAsync(RepositoryRef repository, int number, FileDecision decision, CancellationToken ct) =>
        Task.FromResult(new ReviewChange(decision.Head == new string('d', 40) ? ReviewChange.Done : ReviewChange.Changed, new string('d', 40)));

    public Task<ReviewChange> MergeAsync(RepositoryRef repository, int number, string head, string by, CancellationToken ct)
    {
        Stands = Merged;
        return Task.FromResult(new ReviewChange(ReviewChange.Done, new string('e', 40)));
    }

    public Task<ReviewChange> CloseAsync(RepositoryRef repository, int number, string? head, CancellationToken ct)
    {
        Closes?.Invoke();
        if (Stands.State != FollowedReview.Open)
        {
            return Task.FromResult(new ReviewChange(ReviewChange.Gone, null));
        }

        Stands = new FollowedReview(FollowedReview.Closed);
        return Task.FromResult(new ReviewChange(ReviewChange.Done, null));
    }

    // What was done before is found again, as by the nonce in a repository.
    private SyncOutcome Found(string nonce, Func<SyncOutcome> come)
    {
        var outcome = pushed.TryGetValue(nonce, out var before) ? before : come();
        if (outcome.Kind == SyncOutcome.Pushed)
        {
            pushed[nonce] = outcome;
        }

        return outcome;
    }

    private void Call(string name)
    {
        Calls.Enqueue(name);
        if (IsLimited)
        {
            throw new ProviderException(ProviderFault.Transient, "The requests of this hour are used up.");
        }

        if (Faults.TryDequeue(out var fault) && fault() is { } error)
        {
            throw error;
        }
    }
}
