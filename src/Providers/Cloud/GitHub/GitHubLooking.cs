using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.GitHub;

/// <summary>Looks again and again for what GitHub does behind our back, ever more rarely, for as long as the options' patience.</summary>
internal sealed class GitHubLooking(GitHubOptions options, TimeProvider clock)
{
    private static readonly TimeSpan DelayMax = TimeSpan.FromSeconds(8);

    /// <summary>Until it holds; else as <see cref="UntilThereAsync"/>.</summary>
    public Task UntilAsync(Func<Task<bool>> holds, string sentence, CancellationToken ct) =>
        UntilThereAsync<object>(async () => await holds() ? sentence : null, sentence, ct);

    /// <summary>What <paramref name="look"/> brings once it is not null. <see cref="ProviderFault.Transient"/> with the sentence when patience ends.</summary>
    public async Task<T> UntilThereAsync<T>(Func<Task<T?>> look, string sentence, CancellationToken ct)
        where T : class =>
        await FindWithinAsync(options.Patience, look, ct) ?? throw new ProviderException(ProviderFault.Transient, sentence);

    /// <summary>What <paramref name="look"/> brings once it is not null; null when time is up. The last look is not before that.</summary>
    public Task<T?> FindWithinAsync<T>(TimeSpan within, Func<Task<T?>> look, CancellationToken ct)
        where T : class =>
        CloudLooking.FindAsync(look, clock.GetUtcNow() + within, options.LookAgainDelay, DelayMax, clock, ct);
}
