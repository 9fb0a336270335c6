using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;

namespace PrizeDraw.Domain.Tests.Draws;

/// <summary>
/// Pearson's test. Its threshold is passed by chance at most once in a million (a standard normal quantile of 4.7534, by Wilson and
/// Hilferty's approximation, which errs on the high side where there are few cells). Keys are fixed, so that what passes once passes always.
/// </summary>
internal static class ChiSquare
{
    private const double OnceInAMillion = 4.7534;

    public static double Of(IReadOnlyList<long> observed, IReadOnlyList<double> chances)
    {
        chances.Sum().ShouldBe(1, 1e-9);
        var total = observed.Sum();
        return observed.Zip(chances, (n, p) => Math.Pow(n - total * p, 2) / (total * p)).Sum();
    }

    public static double Threshold(int cells)
    {
        var freedom = cells - 1.0;
        return freedom * Math.Pow(1 - 2 / (9 * freedom) + OnceInAMillion * Math.Sqrt(2 / (9 * freedom)), 3);
    }

    public static void ShouldFit(this IReadOnlyList<long> observed, params IReadOnlyList<double> chances) =>
        Of(observed, chances).ShouldBeLessThan(Threshold(observed.Count), string.Join(" ", observed.Take(40)));

    public static void ShouldBeEven(this IReadOnlyList<long> observed) =>
        observed.ShouldFit([.. Enumerable.Repeat(1.0 / observed.Count, observed.Count)]);
}
