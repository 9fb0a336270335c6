using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Reconciliation;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>One account of the platform's with one orphan in it, past its grace period.</summary>
internal sealed class FakeReconciliation(FakePlatform platform) : IReconcilerGrain, IReconciliationQueries
{
    public const string Orphan = "fnd_0193a5f2c0de7a10b1c2d3e4f5a6b7c8";

    private static readonly DateTimeOffset Seen = new(2026, 11, 1, 9, 0, 0, TimeSpan.Zero);
    private FindingView orphan = new(
        Orphan, null, "github", "repository", "orphan", "due", "summer", "1001", null, "No campaign knows it.", null, 3, Seen, Seen.AddDays(8), Seen.AddDays(8));

    private ReconciledAccountView account = new(null, "github", false, Seen.AddDays(9), Seen.AddDays(8), "done", null, 12, 10, 1, null);

    public Task WakeAsync() => Task.CompletedTask;

    public Task<Result<bool>> AskAsync(AskReconciliation command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(true);
    }

    public Task<Result<ReconciledAccountView>> SwitchAsync(SwitchDeletion command)
    {
        platform.Command();
        return Task.FromResult<Result<ReconciledAccountView>>(command.Provider == account.Provider
            ? account = account with { IsDeleting = command.IsOn }
            : new Refusal("reconciliation.not_found", "There is no such account."));
    }

    public Task<Result<FindingView>> DeleteAsync(FindingCommand command) => MoveAsync("deleting");

    public Task<Result<FindingView>> DismissAsync(FindingCommand command) => MoveAsync("dismissed");

    public Task<Page<FindingView>> ListAsync(string? state, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(new Page<FindingView>([.. ImmutableArray.Create(orphan).Where(f => state is null || f.State == state)], null));
    }

    public Task<FindingView?> FindAsync(string findingId, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(findingId == Orphan ? orphan : null);
    }

    public Task<ImmutableArray<ReconciledAccountView>> AccountsAsync(CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(ImmutableArray.Create(account));
    }

    private Task<Result<FindingView>> MoveAsync(string state)
    {
        platform.Command();
        return Task.FromResult<Result<FindingView>>(orphan.State is "due" or "reported"
            ? orphan = orphan with { State = state }
            : new Refusal("reconciliation.wrong_state", "It is over."));
    }
}
