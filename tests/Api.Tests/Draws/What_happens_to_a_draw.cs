using System.Linq;
using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Draws;

public sealed class What_happens_to_a_draw : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        _host.Platform.Draws[Id] = Sample.Drawn(Id, _host.Campaign.Id, _host.Platform.Clock.GetUtcNow()) with
        {
            History = new DrawHistory(false, null, null, [new DrawEventView("winner-replaced", 1, "under-age", "3.1", "ab", "usr_1", _host.Platform.Clock.GetUtcNow())]),
        };
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    private string Id => _host.Campaign.Settings.Draw!.Id!;

    private string Replace => $"/v1/draws/{Id}/winners/1/replace";

    [Fact]
    public async Task Is_a_replacement_with_its_ground_once_per_key()
    {
        var manager = await _host.ManagerAsync();
        JsonObject Body() => new() { ["reason"] = "ineligible-staff", ["clause"] = "3.2", ["evidence"] = "The agency's list of staff." };
        var told = await (await manager.PostJsonAsync(Replace, Body(), "replace-1")).ShouldBeAsync(HttpStatusCode.OK);
        told["events"]!.AsArray().Select(e => $"{e!["kind"]} {e["position"]} {e["reasonCode"]} {e["clause"]}").ShouldBe(["winner-replaced 1 under-age 3.1"]);
        await (await manager.PostJsonAsync(Replace, Body(), "replace-1")).ShouldBeAsync(HttpStatusCode.OK);
        var command = _host.Platform.DrawEvents.ShouldHaveSingleItem().ShouldBeOfType<ReplaceWinner>();
        (command.Position, command.ReasonCode, command.Clause, command.Evidence).ShouldBe((1, "ineligible-staff", "3.2", "The agency's list of staff."));
    }

    [Theory]
    [InlineData("claim-lapsed")]
    [InlineData("disliked")]
    public async Task Is_nothing_that_is_not_for_people_to_say(string reason)
    {
        var manager = await _host.ManagerAsync();
        await (await manager.PostJsonAsync(Replace, new JsonObject { ["reason"] = reason })).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        _host.Platform.DrawEvents.ShouldBeEmpty();
    }

    [Fact]
    public async Task Is_declared_void_with_a_reason()
    {
        var manager = await _host.ManagerAsync();
        await (await manager.PostJsonAsync($"/v1/draws/{Id}/void", new JsonObject())).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await manager.PostJsonAsync($"/v1/draws/{Id}/void", new JsonObject { ["reason"] = "The form was away." })).ShouldBeAsync(HttpStatusCode.OK);
        _host.Platform.DrawEvents.ShouldHaveSingleItem().ShouldBeOfType<VoidDraw>().Reason.ShouldBe("The form was away.");
    }
}
