using System;
using System.Runtime.CompilerServices;

namespace PrizeDraw.Domain.Tests.Pools.Simulation;

/// <summary>A promise was broken; <paramref name="promise"/> says which.</summary>
public sealed class BrokenPromiseException(string promise, string detail) : Exception($"{promise}: {detail}")
{
    public string Promise { get; } = promise;
}

/// <summary>Holds promises. The detail is only put together when one is broken: a million times it is not.</summary>
internal static class Promised
{
    public static void Hold(bool holds, string promise, [InterpolatedStringHandlerArgument(nameof(holds))] ref Detail detail)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(promise, detail.Text());
        }
    }

    public static void AtMost(long n, long? max, string promise, string what) => Hold(!(n > max), promise, $"{what}: {n} of {max}");

    [InterpolatedStringHandler]
    public ref struct Detail
    {
        private DefaultInterpolatedStringHandler text;

        public Detail(int literals, int holes, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            text = isNeeded ? new DefaultInterpolatedStringHandler(literals, holes) : default;
        }

        public void AppendLiteral(string literal) => text.AppendLiteral(literal);

        public void AppendFormatted<T>(T value) => text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => text.AppendFormatted(value, format);

        public string Text() => text.ToStringAndClear();
    }
}
