using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Campaign;

/// <summary>
/// One turn at a time, and at most one more in line for all who ask meanwhile: it begins after they asked, so that it finds what they wrote before.
/// A turn is nobody's own: it runs beside whoever asks, and goes on when they have left.
/// </summary>
internal sealed class TurnsInLine<T>(Func<Task<T>> turn)
{
    private readonly Lock _gate = new();
    private Task<T>? _last, _inLine;

    public Task<T> AskAsync()
    {
        lock (_gate)
        {
            return _inLine ??= _last = Begin(_last ?? Task.CompletedTask);
        }
    }

    // Without what flows with who asks: the others in line are not of that request.
    private Task<T> Begin(Task before)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(IDisposable?) : ExecutionContext.SuppressFlow())
        {
            return Task.Run(() => AfterAsync(before));
        }
    }

    private async Task<T> AfterAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_gate)
        {
            _inLine = null; // Who asks from here on may have written something that this turn does not find any more.
        }

        return await turn();
    }
}
