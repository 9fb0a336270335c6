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
            throw new ProviderException(
                ProviderFault.Transient,
                $"Supabase could not {what} in the time that it is given. Their status page (status.supabase.com) may say why. It is tried again.");
        }
    }

    /// <summary>Whether it became so. The last look is never before the time is up.</summary>
    public Task<bool> TryUntilAsync(TimeSpan within, Func<Task<bool>> isSo, CancellationToken ct) => TryUntilAsync(Now + within, isSo, ct);

    private async Task<bool> TryUntilAsync(DateTimeOffset deadline, Func<Task<bool>> isSo, CancellationToken ct) => await CloudLooking.FindAsync<object>(
        async () => await isSo() ? true : null, deadline, options.PollInterval, options.PollInterval, clock, ct) is not null;
}
