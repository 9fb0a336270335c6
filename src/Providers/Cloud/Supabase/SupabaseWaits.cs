using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Looks again and again, with a pause between, until something is so or time is up.</summary>
internal sealed class SupabaseWaits(SupabaseOptions options, TimeProvider clock)
{
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary><see cref="ProviderFault.Transient"/> when time is up: Supabase may still get there, and is asked again by whoever calls next.</summary>
    public Task UntilAsync(TimeSpan within, string what, Func<Task<bool>> isSo, CancellationToken ct) => UntilAsync(Now + within, what, isSo, ct);

    /// <inheritdoc cref="UntilAsync(TimeSpan, string, Func{Task{bool}}, CancellationToken)"/>
    public async Task UntilAsync(DateTimeOffset deadline, string what, Func<Task<bool>> isSo, CancellationToken ct)
    {
        if (!await TryUntilAsync(deadline, isSo, ct))
        {
            throw Late(what);
        }
    }

    /// <summary>
    /// As above, for a part of a project that is still being put together: until the part is there, what is asked of it is refused as unknown
    /// (404) or wrong (400), though nothing is wrong. Once time is up such a refusal is told as it is.
    /// </summary>
    public async Task UntilThereAsync(DateTimeOffset deadline, string what, Func<Task<bool>> isSo, CancellationToken ct)
    {
        ProviderException? early = null;
        if (!await TryUntilAsync(deadline, async () =>
        {
            try
            {
                early = null;
                return await isSo();
            }
            catch (ProviderException refusal) when (refusal is { Status: 400 or 404, Fault: ProviderFault.Rejected })
            {
                early = refusal;
                return false;
            }
        }, ct))
        {
            throw early ?? Late(what);
        }
    }

    /// <inheritdoc cref="UntilThereAsync(DateTimeOffset, string, Func{Task{bool}}, CancellationToken)"/>
    public Task UntilThereAsync(DateTimeOffset deadline, string what, Func<Task> ask, CancellationToken ct) => UntilThereAsync(deadline, what, async () =>
    {
        await ask();
        return true;
    }, ct);

    /// <summary>Whether it became so. The last look is never before the time is up.</summary>
    public Task<bool> TryUntilAsync(TimeSpan within, Func<Task<bool>> isSo, CancellationToken ct) => TryUntilAsync(Now + within, isSo, ct);

    private async Task<bool> TryUntilAsync(DateTimeOffset deadline, Func<Task<bool>> isSo, CancellationToken ct) => await CloudLooking.FindAsync<object>(
        async () => await isSo() ? true : null, deadline, options.PollInterval, options.PollInterval, clock, ct) is not null;

    private static ProviderException Late(string what) => new(
        ProviderFault.Transient,
        $"Supabase could not {what} in the time that it is given. Their status page (status.supabase.com) may say why. It is tried again.");
}
