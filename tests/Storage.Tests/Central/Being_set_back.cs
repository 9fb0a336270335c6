using System;
using System.IO;
using System.Threading.Tasks;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Installations;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

/// <summary>A central database that was restored to an older state is noticed by what a host keeps outside of it.</summary>
[Collection(CentralCollection.Name)]
public sealed class Being_set_back(CentralFixture fixture) : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("prizedraw-incarnation-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task is_noticed_and_stops_the_installation_until_somebody_confirms()
    {
        var host = HostIn("a");
        (await host.LookAsync(default)).ShouldBeFalse();
        var first = await host.GetAsync(default);
        await host.LookAsync(default);
        await SetAsync("looks = looks - 2");

        (await host.LookAsync(default)).ShouldBeTrue();

        var second = await host.GetAsync(default);
        (second.Installation, second.ConfirmedAt).ShouldBe((first.Installation, null));
        second.Id.ShouldNotBe(first.Id);
        (await host.IsConfirmedAsync(default)).ShouldBeFalse();
        (await host.LookAsync(default)).ShouldBeFalse();
        (await host.ConfirmAsync(first.Id, "usr_1", default)).ShouldBeNull();
        (await host.IsConfirmedAsync(default)).ShouldBeFalse();
        fixture.Time.Pass(TimeSpan.FromSeconds(1));
        (await host.ConfirmAsync(second.Id, "usr_1", default))!.ConfirmedAt.ShouldNotBeNull();
        (await host.ConfirmAsync(second.Id, "usr_2", default))!.ConfirmedAt.ShouldNotBeNull();
        (await host.IsConfirmedAsync(default)).ShouldBeTrue();
        (await EventsAsync(second.Id)).ShouldBe(["installation.set_back by system", "installation.confirmed by usr_1"]);
    }

    [Fact]
    public async Task stops_whoever_asks_before_anybody_has_looked()
    {
        var (host, other) = (HostIn("running"), HostIn("beside"));
        foreach (var one in new[] { host, host, other })
        {
            await one.LookAsync(default);
        }

        (await host.IsConfirmedAsync(default)).ShouldBeTrue();
        await SetAsync("looks = looks - 2");

        (await host.IsConfirmedAsync(default)).ShouldBeFalse();

        (await other.IsConfirmedAsync(default)).ShouldBeFalse();
        (await host.LookAndTellAsync(default)).ShouldBeTrue();
        (await host.LookAndTellAsync(default)).ShouldBeFalse();
        (await other.LookAsync(default)).ShouldBeFalse();
        await ConfirmAsync(host);
        (await other.IsConfirmedAsync(default)).ShouldBeTrue();
    }

    [Fact]
    public async Task is_not_what_another_host_or_a_new_one_does()
    {
        var (one, other) = (HostIn("one"), HostIn("other"));
        foreach (var host in new[] { one, other, one, one, other, HostIn("new"), one })
        {
            (await host.LookAsync(default)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task counts_for_every_host_and_is_found_once()
    {
        var (one, other) = (HostIn("p"), HostIn("q"));
        await one.LookAsync(default);
        await other.LookAsync(default);
        await SetAsync("looks = looks - 1");

        (await other.LookAsync(default)).ShouldBeTrue();
        (await one.LookAsync(default)).ShouldBeFalse();
        await ConfirmAsync(one);
    }

    [Fact]
    public async Task is_found_once_also_where_the_host_that_finds_it_had_not_looked_for_long()
    {
        var (late, middle, last) = (HostIn("late"), HostIn("middle"), HostIn("last"));
        foreach (var host in new[] { late, middle, middle, last, last, last })
        {
            await host.LookAsync(default);
        }

        await SetAsync("looks = looks - 7");
        (await late.IsConfirmedAsync(default)).ShouldBeFalse();
        await ConfirmAsync(late);

        foreach (var host in new[] { last, middle, late })
        {
            (await host.IsConfirmedAsync(default)).ShouldBeTrue();
            (await host.LookAsync(default)).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task is_assumed_for_the_database_of_another_installation_or_a_file_that_nobody_can_read()
    {
        var host = HostIn("elsewhere");
        await host.LookAsync(default);
        await SetAsync("identity = gen_random_uuid()");
        (await host.LookAsync(default)).ShouldBeTrue();
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "elsewhere"), "{ half");
        (await host.LookAsync(default)).ShouldBeTrue();
        await ConfirmAsync(host);
    }

    private IncarnationStore HostIn(string file) =>
        new(fixture.Central, new LastSeenFile(Path.Combine(folder.FullName, file)), fixture.Time);

    private static async Task ConfirmAsync(IncarnationStore host) =>
        (await host.ConfirmAsync((await host.GetAsync(default)).Id, "usr_1", default)).ShouldNotBeNull();

    private async Task SetAsync(string change)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync($"update installation set {change}", [], default);
    }

    private async Task<string[]> EventsAsync(string incarnation)
    {
        await using var work = await fixture.Central.BeginAsync(CentralDatabase.PlatformTenant, default);
        return [.. await work.Connection.ListAsync(
            "select action || ' by ' || actor from audit_event where subject = $1 order by event_id", [incarnation], row => row.GetString(0), default)];
    }
}
