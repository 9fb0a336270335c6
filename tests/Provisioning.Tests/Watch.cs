using System;
using System.Threading.Tasks;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Looks at something all the time; at its end it throws what went wrong at any time.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private readonly Task _looking;
    private readonly Action? _also;
    private volatile bool _ends;
    private volatile int _looks;

    public Watch(Func<Task> look, Action? also = null)
    {
        _also = also;
        _looking = Task.Run(async () =>
        {
            while (!_ends)
            {
                await look();
                _looks++;
            }
        });
    }

    /// <summary>Waits until so many looks more have gone well.</summary>
    public async Task SeenAsync(int more)
    {
        var goal = _looks + more;
        while (_looks < goal && !_looking.IsCompleted)
        {
            await Task.Delay(10);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _ends = true;
        await _looking.WaitAsync(TimeSpan.FromMinutes(3));
        _also?.Invoke();
    }
}
