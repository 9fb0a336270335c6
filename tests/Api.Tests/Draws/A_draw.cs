using System.Linq;
using System.Net;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Draws;

public sealed class A_draw(ApiHost host) : IClassFixture<ApiHost>
{
    private CampaignView WithDraws(params DrawSettings[] further)
    {
        var campaign = host.AddCampaign(host.Acme, "draws-" + Ids.New(Ids.Draw, host.Clock.GetUtcNow())[^8..]);
        return host.Platform.Campaigns[campaign.Id] = campaign with { Settings = campaign.Settings with { FurtherDraws = [.. further] } };
    }

    private DrawSettings Weekly(string level = "beacon") => new()
    {
        Id = Ids.New(Ids.Draw, host.Clock.GetUtcNow()), Name = "Week 1", Prizes = [new DrawPrize("Bike")], Level = level, ClaimDays = 14,
        Until = host.Clock.GetUtcNow(),
    };

    [Fact]
    public async Task That_waits_for_its_round_is_accepted_and_says_so()
    {
        var campaign = WithDraws();
        var round = host.Clock.GetUtcNow().AddMinutes(10);
        host.Platform.Ran = drawn => drawn with
        {
            State = "committed", DrawnAt = null, Level = "beacon", Winners = [],
            Stand = new DrawStand
            {
                CommitmentHash = "ab", IsCommitmentPublic = true, Round = 7, RoundAt = round, WaitingFor = "Round 7 appears soon.", ResumesAt = round,
            },
        };
        var path = $"/v1/draws/{campaign.Settings.Draw!.Id}";
        var response = await (await host.ManagerAsync()).PostAsync(path + "/run", null);
        var draw = await response.ShouldBeAsync(HttpStatusCode.Accepted);
        response.Headers.Location!.ToString().ShouldEndWith(path);
        draw["progress"]!.ToJsonString().ShouldBe(
            """{"stage":"waiting-for-round","done":null,"total":null,"waitingFor":"Round 7 appears soon.","resumesAt":"2026-12-05T10:10:00Z"}""");
        ((long)draw["round"]!, (string)draw["commitmentHash"]!).ShouldBe((7, "ab"));
        ((string?)draw["commitmentUrl"]).ShouldBe($"/v1/sites/{campaign.Settings.Slug}/draws/{campaign.Settings.Draw.Id}/commitment");
        ((string?)draw["certificateUrl"], (string?)draw["entriesUrl"]).ShouldBe((null, $"/v1/sites/{campaign.Settings.Slug}/draws/{campaign.Settings.Draw.Id}/entries.jsonl"));
        host.Platform.Ran = drawn => drawn;
    }

    [Theory]
    [InlineData("planned", "committed", "waiting-for-freeze")]
    [InlineData("frozen", "committed", "building-list")]
    [InlineData("committed", "observed", "waiting-for-observer")]
    [InlineData("committed", "beacon", "waiting-for-round")]
    public async Task Tells_what_it_waits_for(string state, string level, string stage)
    {
        var campaign = WithDraws(Weekly(level));
        var id = campaign.Settings.FurtherDraws[0].Id!;
        host.Platform.Draws[id] = Fakes.Sample.Drawn(id, campaign.Id, host.Clock.GetUtcNow()) with
        {
            State = state, Level = level, DrawnAt = null, Winners = [],
            Stand = new DrawStand
            {
                ListDone = 5, ListTotal = 10, CommitmentHash = "ab", IsCommitmentPublic = state == "committed", WaitingFor = state == "committed" ? "Somebody." : null,
            },
        };
        var draw = await (await (await host.ReaderAsync()).GetAsync($"/v1/draws/{id}")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)draw["progress"]!["stage"]).ShouldBe(stage);
        ((long?)draw["progress"]!["total"]).ShouldBe(stage == "building-list" ? 10 : null);
        ((int?)draw["claimDays"]).ShouldBe(14);
    }

    [Fact]
    public async Task Is_one_of_several()
    {
        var campaign = WithDraws(Weekly());
        var listed = (await (await (await host.ReaderAsync()).GetAsync($"/v1/campaigns/{campaign.Id}/draws")).ShouldBeAsync(HttpStatusCode.OK))["items"]!.AsArray();
        listed.Select(draw => (string?)draw!["name"]).ShouldBe(["Final", "Week 1"]);
        var read = await (await (await host.ReaderAsync()).GetAsync($"/v1/campaigns/{campaign.Id}")).ShouldBeAsync(HttpStatusCode.OK);
        ((string?)read["furtherDraws"]![0]!["level"]).ShouldBe("beacon");
    }

    [Fact]
    public async Task Keeps_its_id_in_a_merge_patch_and_takes_no_foreign_one()
    {
        var campaign = WithDraws(Weekly());
        var id = campaign.Settings.FurtherDraws[0].Id;
        await (await (await host.ManagerAsync()).PatchJsonAsync(
            $"/v1/campaigns/{campaign.Id}", $$"""{"furtherDraws":[{"id":"{{id}}","name":"Week 1","prizes":["Bike"]},{"name":"Week 2","prizes":["Bike"]}]}"""))
            .ShouldBeAsync(HttpStatusCode.OK);
        host.Platform.Campaigns[campaign.Id].Settings.FurtherDraws.Select(draw => (draw.Id, draw.Name, draw.Level)).ShouldBe([(id, "Week 1", ""), (null, "Week 2", "")]);
        await (await (await host.ManagerAsync()).PatchJsonAsync(
            $"/v1/campaigns/{campaign.Id}", """{"furtherDraws":[{"id":"drw_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Week 1","prizes":["Bike"]}]}"""))
            .ShouldBeProblemAsync(HttpStatusCode.BadRequest, "request.invalid_field");
    }
}
