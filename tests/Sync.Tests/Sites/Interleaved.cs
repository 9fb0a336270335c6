using System;
using System.Collections.Concurrent;
using System.Reflection;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>A host of repositories where somebody else does something just before the n-th call of one of them.</summary>
public class Interleaved : DispatchProxy
{
    private readonly ConcurrentDictionary<string, Turn> turns = new();
    private ISyncHost inner = null!;

    public static (ISyncHost Host, Interleaved Control) By(ISyncHost inner)
    {
        var made = Create<ISyncHost, Interleaved>();
        ((Interleaved)(object)made).inner = inner;
        return (made, (Interleaved)(object)made);
    }

    /// <summary>From now on calls of this repository are counted, and before this one, from 0, that is done.</summary>
    public void Arm(string repository, int call, Func<Task> act) => turns[repository] = new Turn(call, act);

    public void Disarm(string repository) => turns.TryRemove(repository, out _);

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (args![0] is RepositoryRef repository && turns.TryGetValue(repository.Name, out var turn) && turn.Calls++ == turn.At)
        {
            Task.Run(turn.Act).GetAwaiter().GetResult();
        }

        return targetMethod!.Invoke(inner, args);
    }

    private sealed record Turn(int At, Func<Task> Act)
    {
        public int Calls { get; set; }
    }
}
