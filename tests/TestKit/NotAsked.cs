using System;
using System.Reflection;

namespace PrizeDraw.TestKit;

/// <summary>A provider that nobody may ask in a test.</summary>
public class NotAsked : DispatchProxy
{
    public static T Of<T>()
        where T : class => Create<T, NotAsked>();

    protected override object Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException($"{targetMethod} was called.");
}
