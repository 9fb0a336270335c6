using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Sync;

/// <summary>Where a merged pull request came to the default branch, and what that was before any of it.</summary>
/// <param name="history">Of the request's head, newest first.</param>
internal sealed class ReviewLanding(SyncBranch main, PullRequest request, ImmutableArray<CommitNote> history)
{
    /// <summary>Null where it can't be told: then nothing of it is ever put back by itself.</summary>
    public (string Commit, string Before)? Find()
    {
        // The host's word, where it knows; else a merge has the head as its parent, and a squashed one repeats our lines.
        var nonce = history.Select(n => SyncTrailers.Read(n.Message)).FirstOrDefault(t => t is not null)?.Nonce;
        var commit = request.MergedAs
            ?? main.Landing(n => n.Commit == request.Head || (nonce is not null && SyncTrailers.Read(n.Message)?.Nonce == nonce))?.Commit;
        if (main.History.FirstOrDefault(n => n.Commit == commit) is not { Parents: [var parent, ..] } landing)
        {
            return null;
        }

        var own = Own();
        var before = landing.Commit == request.Head ? BeforeForwarding(own) : landing.Parents.Length > 1 ? parent : BeforeRebasing(landing, own);
        return before is null ? null : (landing.Commit, before);
    }

    // The branch's commits, newest first, down to the one of ours with which it began. Empty where that lies further back than is known.
    private List<CommitNote> Own()
    {
        var known = history.ToDictionary(n => n.Commit);
        var own = new List<CommitNote>();
        for (var at = known.GetValueOrDefault(request.Head); at is { Parents: [var parent, ..] }; at = known.GetValueOrDefault(parent))
        {
            own.Add(at);
            if (SyncTrailers.Read(at.Message) is { Site: { } site } && site == parent)
            {
                return own;
            }
        }

        return [];
    }

    // The default branch was only moved forward to the head: it was what our newest commit was made from, unless people have brought a newer
    // one into the branch by a merge of their own.
    private string? BeforeForwarding(List<CommitNote> own)
    {
        var later = own.TakeWhile(n => SyncTrailers.Read(n.Message) is null).ToArray();
        return later.All(n => n.Parents.Length == 1) && own.Select(n => SyncTrailers.Read(n.Message)).FirstOrDefault(t => t is not null)?.Site is { } site
            && main.History.Any(n => n.Commit == site)
            ? site
            : null;
    }

    // Squashed it is one commit. Rebased they are several, written anew: ours among them are told by their lines.
    private string? BeforeRebasing(CommitNote landing, List<CommitNote> own)
    {
        var nonces = own.Select(n => SyncTrailers.Read(n.Message)?.Nonce).OfType<string>().ToHashSet();
        var known = main.History.ToDictionary(n => n.Commit);
        var (before, at) = (landing.Parents[0], landing);
        for (var left = own.Count; left > 0 && at is { Parents: [var parent, ..] }; left--, at = known.GetValueOrDefault(parent))
        {
            before = SyncTrailers.Read(at.Message) is { } trailers && nonces.Contains(trailers.Nonce) ? parent : before;
        }

        return before;
    }
}
