using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>Brings one commit of a project to production: looks for the build, starts it if there is none, and waits until it serves.</summary>
internal sealed class VercelBuild(VercelDeployments deployments, VercelOptions options, TimeProvider clock)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The build of this commit that is ours, made with the variables as they are now; started if there is none. An earlier one that
    /// failed is no such build: another is made.
    /// </summary>
    /// <param name="variablesAt">When the newest variable was set, in milliseconds since 1970: older builds have other ones.</param>
    public async Task<VercelDeployment> StartAsync(
        VercelProject project, string branch, string commit, string nonce, long variablesAt, CancellationToken ct)
    {
        if (await FindAsync(project, commit, nonce, variablesAt, ct) is { } found)
        {
            return found;
        }

        try
        {
            return await deployments.CreateAsync(project, branch, commit, nonce, ct);
        }
        catch (ProviderException e) when (e.MayHaveHappened)
        {
            // Nobody knows whether the call went through: a second one would build, and count, twice.
            if (await CloudLooking.FindAsync(
                () => FindAsync(project, commit, nonce, variablesAt, ct), options.AppearsWithin, options.PollInterval, clock, ct) is { } made)
            {
                return made;
            }

            throw;
        }
    }

    /// <summary>Waits until the deployment serves the production addresses, telling its output meanwhile.</summary>
    public async Task<VercelDeployment> FinishAsync(string id, VercelBuildLog log, CancellationToken ct)
    {
        // Other builds of the account that go first are no time of this one's.
        using var queue = new Queueing();
        var started = clock.GetUtcNow();
        while (true)
        {
            var now = await deployments.GetAsync(id, ct);
            started = queue.HasChanged(now?.State == "QUEUED") ? clock.GetUtcNow() : started;
            if (now is { State: not "QUEUED" })
            {
                await log.ReadAsync(ct);
            }

            if (now is not null && IsServed(now))
            {
                return now;
            }

            var waited = clock.GetUtcNow() - started;
            if (now is null && waited >= options.AppearsWithin)
            {
                throw new ProviderException(ProviderFault.Transient, "The deployment is not at Vercel any more: somebody deleted it. It is started again.");
            }

            if (waited >= options.BuildPatience)
            {
                throw new ProviderException(ProviderFault.Transient, StillAt(now))
                {
                    LimitedUntil = now?.State == "QUEUED" ? clock.GetUtcNow() + LookAgainAfter : null,
                };
            }

            await Task.Delay(options.PollInterval, clock, ct);
        }
    }

    private async Task<VercelDeployment?> FindAsync(VercelProject project, string commit, string nonce, long variablesAt, CancellationToken ct)
    {
        var all = await deployments.OfCommitAsync(project.Id, commit, ct);
        return all.Where(d => d.Nonce == nonce && d.Commit == commit && d.IsUsable && d.CreatedAt >= variablesAt).MaxBy(d => d.CreatedAt);
    }

    /// <summary>Whether it has succeeded; throws when it has failed. A state that nobody knew when this was written is waited for.</summary>
    private bool IsServed(VercelDeployment now) => now switch
    {
        { State: "ERROR" } => throw Failed(now, $"The build failed at Vercel: {now.Error ?? "no reason is given"}."),
        { State: "CANCELED" } => throw Failed(now, "The build was cancelled at Vercel. Start the deployment again when it is wanted."),
        { State: "DELETED" } => throw Failed(now, "The deployment was deleted at Vercel. Start it again when it is wanted."),
        { State: "BLOCKED" } => throw Failed(now, Blocked(now.BlockCode)),
        { AssignmentError: { } error } => throw Failed(now, $"The site is built, but Vercel could not give it its address: {VercelRefusals.Clipped(error)}."),
        { Checks: "failed" } => throw Failed(now, "The site is built, but checks that are set up at Vercel failed, so that it is not served."),
        _ => now.IsComplete,
    };

    private static string Blocked(string? code) => "Vercel refuses to build: " + code switch
    {
        "TEAM_ACCESS_REQUIRED" =>
            "the commit's author is no member of the Vercel team. Add the GitHub user whose token commits to the team, or make the repositories public.",
        "COMMIT_AUTHOR_REQUIRED" =>
            "it does not know the commit's author. Connect the GitHub user whose token commits to a member of the Vercel team.",
        _ => $"the deployment is blocked{(code is null ? "" : $" ({VercelRefusals.Clipped(code)})")}. Its page at Vercel says why.",
    };

    private ProviderException Failed(VercelDeployment at, string what) =>
        new(ProviderFault.Rejected, deployments.Secrets.Hide(at.Page is { } page ? $"{what} See {VercelRefusals.Clipped(page)}" : what));

    private string StillAt(VercelDeployment? now) => now switch
    {
        { State: "QUEUED" } =>
            $"The build still waits in Vercel's queue after {options.BuildPatience.TotalMinutes:0} minutes: other builds of the account go first. It is looked at again.",
        { State: "READY" } => "The site is built, but Vercel has not given it its address yet. It is looked at again.",
        _ => $"The build at Vercel is not done after {options.BuildPatience.TotalMinutes:0} minutes. It goes on there, and is looked at again.",
    };

    /// <summary>Whether the build waits in Vercel's queue.</summary>
    private sealed class Queueing : IDisposable
    {
        private bool _isQueued;
        private IDisposable? _waiting;

        /// <summary>Notes whether it waits now; answers whether that is otherwise than before.</summary>
        public bool HasChanged(bool isQueued)
        {
            if (isQueued == _isQueued)
            {
                return false;
            }

            _isQueued = isQueued;
            _waiting?.Dispose();
            _waiting = isQueued ? TurnWaits.Begin() : null;
            return true;
        }

        public void Dispose() => _waiting?.Dispose();
    }
}
