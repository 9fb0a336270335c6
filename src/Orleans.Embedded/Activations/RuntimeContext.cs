using System;

namespace Orleans.Runtime;

/// <summary>Which activation the running thread works for.</summary>
internal static class RuntimeContext
{
    [ThreadStatic]
    private static Activation? _activation;

    internal static Activation? Activation
    {
        get => _activation;
        set => _activation = value;
    }
}
