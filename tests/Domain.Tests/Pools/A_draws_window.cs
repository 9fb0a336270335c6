using System;
using PrizeDraw.Domain.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Pools;

public sealed class A_draws_window
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, TimeSpan.Zero), Drawn = Noon.AddDays(1);

    [Fact] public void without_bounds_covers_every_entry() => new DrawWindow(null, null, Drawn).DrawsAt(Noon).ShouldBe(Drawn);

    [Fact] public void begins_with_its_first_instant() => new DrawWindow(Noon, null, Drawn).DrawsAt(Noon).ShouldBe(Drawn);

    [Fact] public void covers_nothing_before_it() => new DrawWindow(Noon, null, Drawn).DrawsAt(Noon.AddMilliseconds(-1)).ShouldBeNull();

    [Fact] public void covers_what_came_just_before_its_end() =>
        new DrawWindow(null, Noon, Drawn).DrawsAt(Noon.AddMilliseconds(-1)).ShouldBe(Drawn);

    [Fact] public void ends_before_its_last_instant() => new DrawWindow(null, Noon, Drawn).DrawsAt(Noon).ShouldBeNull();
}
