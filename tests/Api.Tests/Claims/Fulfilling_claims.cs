using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Claims;

public sealed class Fulfilling_claims : IAsyncLifetime
{
    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private string List => $"/v1/campaigns/{_host.Campaign.Id}/claims";

    [Fact]
    public async Task Shows_persons_to_those_who_may_see_them_and_tokens_to_nobody()
    {
        _host.Claims.Set(_host.Campaign, view => view with { State = "claimed", ClaimedAt = _host.Clock.GetUtcNow() });
        var mine = (await (await (await _host.ManagerAsync()).GetAsync(List)).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().Single()!;
        ((string)mine["email"]!, (string)mine["mail"]!, (bool)mine["overdue"]!).ShouldBe(("ann@example.com", "sent", false));
        mine["fulfilBy"].ShouldNotBeNull();
        var read = await (await (await _host.ReaderAsync()).GetAsync(List)).ShouldBeAsync(HttpStatusCode.OK);
        read.ToJsonString().ShouldNotContain("High Street");
        (mine.ToJsonString() + read.ToJsonString()).ShouldNotContain(Fakes.FakeClaims.Token);
    }

    [Fact]
    public async Task Marks_what_has_not_gone_out_thirty_days_after_the_claim()
    {
        _host.Claims.Set(_host.Campaign, view => view with { State = "preparing", ClaimedAt = _host.Clock.GetUtcNow().AddDays(-31) });
        (await OverdueAsync()).ShouldBeTrue();
        _host.Claims.Set(_host.Campaign, view => view with { State = "dispatched" });
        (await OverdueAsync()).ShouldBeFalse();
    }

    [Fact]
    public async Task Filters_by_state()
    {
        _host.Claims.Of(_host.Campaign);
        var manager = await _host.ManagerAsync();
        (await (await manager.GetAsync(List + "?state=told")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().Count.ShouldBe(1);
        (await (await manager.GetAsync(List + "?state=lapsed")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().Count.ShouldBe(0);
        await (await manager.GetAsync(List + "?state=lost")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");
    }

    [Fact]
    public async Task Moves_a_claim_on_the_version_that_was_read_and_keeps_what_the_patch_leaves_out()
    {
        var path = "/v1/claims/" + _host.Claims.Of(_host.Campaign).Id;
        var manager = await _host.ManagerAsync();
        await (await manager.PatchJsonAsync(path, """{"state":"dispatched","carrier":"Royal Mail","note":null}""", "\"2\""))
            .ShouldBeProblemAsync(HttpStatusCode.PreconditionFailed, "claim.version_conflict");
        var moved = await manager.PatchJsonAsync(path, """{"state":"dispatched","carrier":"Royal Mail","note":null}""", "\"3\"");
        ((string)(await moved.ShouldBeAsync(HttpStatusCode.OK))["state"]!).ShouldBe("dispatched");
        moved.Headers.ETag!.Tag.ShouldBe("\"4\"");
        var command = _host.Claims.Moved.Last();
        (command.State, command.Carrier, command.Reference, command.Note).ShouldBe(("dispatched", "Royal Mail", null, ""));
        await (await manager.PatchJsonAsync(path, """{"state":"told"}""")).ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await (await _host.ReaderAsync()).PatchJsonAsync(path, """{"state":"delivered"}""")).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
    }

    [Fact]
    public async Task Exports_lines_that_no_spreadsheet_takes_for_formulas()
    {
        _host.Claims.Of(_host.Campaign);
        var answer = await (await _host.ManagerAsync()).GetAsync(List + ".csv");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/csv");
        var lines = (await answer.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        lines[0].ShouldStartWith("claimId,drawId,position,prize,state");
        lines[1].ShouldContain(",'=Ann,");
    }

    private async Task<bool> OverdueAsync() =>
        (bool)(await (await (await _host.ManagerAsync()).GetAsync(List)).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray().Single()!["overdue"]!;
}
