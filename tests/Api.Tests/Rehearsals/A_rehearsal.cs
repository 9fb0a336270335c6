using System;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Fakes;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Rehearsals;

public sealed class A_rehearsal : IAsyncLifetime
{
    private const string Entries = "/v1/sites/summer-paris/entries";

    private readonly ApiHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    private string Path => $"/v1/campaigns/{_host.Campaign.Id}/rehearsals";

    [Fact]
    public async Task Tells_its_token_once_and_lets_it_lead_entries_aside()
    {
        var key = Guid.CreateVersion7().ToString();
        var manager = await _host.ManagerAsync();
        var made = await (await manager.PostJsonAsync(Path, new JsonObject(), key)).ShouldBeAsync(HttpStatusCode.Created);
        var (id, token) = ((string)made["id"]!, (string)made["token"]!);
        var again = await (await manager.PostJsonAsync(Path, new JsonObject(), key)).ShouldBeAsync(HttpStatusCode.Created);
        ((string)again["id"]!, again["token"]).ShouldBe((id, null));

        await (await EnterAsync(token)).ShouldBeAsync(HttpStatusCode.Created);
        _host.Platform.PoolKeys.ShouldBe(
            [GrainKeys.RehearsedPool(_host.Acme.Id, _host.Campaign.Id, _host.Campaign.Settings.Pools[0].Id!, id)]);
        await (await EnterAsync(null)).ShouldBeAsync(HttpStatusCode.Created);
        _host.Platform.PoolKeys.Last().ShouldBe(GrainKeys.Pool(_host.Acme.Id, _host.Campaign.Id, _host.Campaign.Settings.Pools[0].Id!));
    }

    [Theory]
    [InlineData("rht_madeUp")]
    [InlineData("")]
    [InlineData("two words")]
    public async Task Never_lets_a_token_that_is_not_good_enter_for_real(string token)
    {
        await (await EnterAsync(token)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "rehearsal.token_invalid");
        _host.Platform.PoolKeys.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_another_campaign_is_worth_nothing_here()
    {
        var admin = await _host.AdminAsync();
        var made = await (await admin.PostJsonAsync($"/v1/campaigns/{_host.Foreign.Id}/rehearsals", new JsonObject())).ShouldBeAsync(HttpStatusCode.Created);
        await (await EnterAsync((string)made["token"]!)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "rehearsal.token_invalid");
    }

    [Fact]
    public async Task Is_over_when_its_time_is_up()
    {
        var made = await MakeAsync();
        _host.Rehearsals.Set((string)made["id"]!, view => view with { ExpiresAt = _host.Clock.GetUtcNow() });
        await (await EnterAsync((string)made["token"]!)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "rehearsal.token_invalid");
    }

    [Fact]
    public async Task Is_over_when_the_campaign_has_closed()
    {
        var made = await MakeAsync();
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = "closed" };
        _host.Clock.Move(TimeSpan.FromSeconds(2));
        await (await EnterAsync((string)made["token"]!)).ShouldBeProblemAsync(HttpStatusCode.Conflict, "campaign.has_closed");
        _host.Platform.PoolKeys.ShouldBeEmpty();
    }

    [Fact]
    public async Task Asks_to_come_again_while_it_is_prepared()
    {
        var made = await MakeAsync();
        _host.Rehearsals.Set((string)made["id"]!, view => view with { State = "preparing" });
        var response = await EnterAsync((string)made["token"]!);
        await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "rehearsal.not_ready");
        response.Headers.RetryAfter.ShouldNotBeNull();
    }

    [Fact]
    public async Task Shows_the_site_as_if_it_were_open()
    {
        var token = (string)(await MakeAsync())["token"]!;
        _host.Platform.Campaigns[_host.Campaign.Id] = _host.Campaign with { State = "ready", PublishedAt = null };
        _host.Clock.Move(TimeSpan.FromSeconds(2));
        var visitor = _host.Visitor();
        var holding = await (await visitor.SendJsonAsync(HttpMethod.Get, "/v1/sites/summer-paris", null)).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)holding["state"]).ShouldBe("holding");
        var shown = await (await visitor.SendJsonAsync(HttpMethod.Get, "/v1/sites/summer-paris", null, ("X-Rehearsal-Token", token)))
            .ShouldBeAsync(HttpStatusCode.OK);
        ((string?)shown["state"], (string?)shown["name"]).ShouldBe(("live", "Summer in Paris"));
        await (await visitor.SendJsonAsync(HttpMethod.Get, "/v1/sites/summer-paris", null, ("X-Rehearsal-Token", "rht_other")))
            .ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "rehearsal.token_invalid");
    }

    [Fact]
    public async Task Runs_traffic_and_tells_its_own_numbers()
    {
        var id = (string)(await MakeAsync())["id"]!;
        var manager = await _host.ManagerAsync();
        var begun = await (await manager.PostJsonAsync($"{Path}/{id}/runs", new JsonObject { ["entries"] = 1000 })).ShouldBeAsync(HttpStatusCode.Accepted);
        ((long?)begun["run"]!["entries"]).ShouldBe(1000);
        var read = await (await manager.GetAsync($"{Path}/{id}")).ShouldBeAsync(HttpStatusCode.OK);
        ((long?)read["stats"]!["entries"]).ShouldBe(3);
        _host.Statistics.Asked!.RehearsalId.ShouldBe(id);
        await (await manager.PostJsonAsync($"{Path}/{id}/runs", new JsonObject { ["entries"] = 2_000_000 }))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
        await (await manager.DeleteAsync($"{Path}/{id}")).ShouldBeAsync(HttpStatusCode.NoContent);
        await (await manager.GetAsync($"{Path}/{id}")).ShouldBeProblemAsync(HttpStatusCode.NotFound, "rehearsal.not_found");
    }

    [Fact]
    public async Task Has_no_part_in_the_export_of_entries_nor_do_formulas()
    {
        var csv = await (await (await _host.ManagerAsync()).GetAsync($"/v1/campaigns/{_host.Campaign.Id}/entries.csv")).Content.ReadAsStringAsync();
        csv.ShouldBe(
            "number,pool,entryId,enteredAt,outcome,prize,email,firstName,lastName,county,excluded,bonusTickets\r\n"
            + "1,pool_1,ent_1,2026-12-05T10:00:00.000Z,none,,ann@example.com,'=cmd|' /C calc'!A0,\"Smith, \"\"A\"\"\",'+44,,0\r\n");
    }

    [Theory]
    [InlineData("from=2026-12-05T11:00:00Z")]
    [InlineData("from=2026-01-01T00:00:00Z")]
    [InlineData("from=2026-12-05T09:00:00Z&to=2026-12-05T08:00:00Z")]
    [InlineData("to=yesterday")]
    public async Task Bounds_the_hours_that_are_asked_for(string query) =>
        await (await (await _host.ReaderAsync()).GetAsync($"/v1/campaigns/{_host.Campaign.Id}/stats?{query}"))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_parameter");

    private async Task<JsonNode> MakeAsync() =>
        await (await (await _host.ManagerAsync()).PostJsonAsync(Path, new JsonObject())).ShouldBeAsync(HttpStatusCode.Created);

    private Task<HttpResponseMessage> EnterAsync(string? token) => _host.Visitor().SendJsonAsync(
        HttpMethod.Post, Entries, """{"entrant":{"email":"ann@example.com"}}""", ("Idempotency-Key", Guid.CreateVersion7().ToString()), ("X-Rehearsal-Token", token));
}
