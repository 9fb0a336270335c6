using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Runtime;

/// <summary>
/// Runs the tasks of one activation one after another, in order. Grain code awaits on it, so continuations come back here.
/// </summary>
internal sealed class ActivationScheduler(Activation activation) : TaskScheduler, IThreadPoolWorkItem
{
    // After this long other activations get the thread.
    private static readonly long QuantumTicks = Stopwatch.Frequency / 40;

    private readonly Queue<Task> _tasks = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    void IThreadPoolWorkItem.Execute()
    {
        RuntimeContext.Activation = activation;
        try
        {
            var start = Stopwatch.GetTimestamp();
            do
            {
                if (!TryTake(out var task))
                {
                    return;
                }

                TryExecuteTask(task);
            }
            while (Stopwatch.GetTimestamp() - start < QuantumTicks);
        }
        finally
        {
            RuntimeContext.Activation = null;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_tasks)
        {
            _tasks.Enqueue(task);
            if (_scheduled)
            {
                return;
            }

            _scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && ReferenceEquals(RuntimeContext.Activation, activation) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
        {
            return _tasks.ToArray();
        }
    }

    private bool TryTake(out Task task)
    {
        lock (_tasks)
        {
            if (_tasks.TryDequeue(out task!))
            {
                return true;
            }

            _scheduled = false;
            return false;
        }
    }
}
