using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Codes;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Codes;

[Collection(CentralCollection.Name)]
public sealed class Claiming_prefixes(CentralFixture fixture)
{
    private CodePrefixes Prefixes => new(fixture.Central, fixture.Time);

    private ICodeRoutes Routes => fixture.Get<ICodeRoutes>();

    [Fact]
    public async Task gives_each_to_one_batch_of_a_tenant()
    {
        var (tenant, campaign) = await CampaignAsync();
        var (first, second) = (fixture.NewId(), fixture.NewId());
        (await Prefixes.ClaimAsync(tenant, campaign, first, "MVG", default)).ShouldBeTrue();
        (await Prefixes.ClaimAsync(tenant, campaign, first, "MVG", default)).ShouldBeTrue("the same claim again");
        foreach (var taken in new[] { "MVG", "MV", "MVGS" })
        {
            (await Prefixes.ClaimAsync(tenant, campaign, second, taken, default)).ShouldBeFalse(taken);
        }

        (await Prefixes.ClaimAsync(tenant, campaign, second, "MVH", default)).ShouldBeTrue();
        var (other, otherCampaign) = await CampaignAsync();
        (await Prefixes.ClaimAsync(other, otherCampaign, fixture.NewId(), "MVG", default)).ShouldBeTrue("another tenant's prefixes are its own");
    }

    [Fact]
    public async Task gives_none_that_begins_another_when_all_come_at_once()
    {
        var (tenant, campaign) = await CampaignAsync();
        var claims = await Task.WhenAll(Enumerable.Range(2, 8).Select(length =>
            Prefixes.ClaimAsync(tenant, campaign, fixture.NewId(), "AAAAAAAAAA"[..length], default)));
        claims.Count(claimed => claimed).ShouldBe(1);
    }

    [Fact]
    public async Task gives_one_back_that_came_to_nothing()
    {
        var (tenant, campaign) = await CampaignAsync();
        var batch = fixture.NewId();
        await Prefixes.ClaimAsync(tenant, campaign, batch, "BACK", default);
        await Prefixes.ReleaseAsync(tenant, batch, default);
        (await Prefixes.ClaimAsync(tenant, campaign, fixture.NewId(), "BAC", default)).ShouldBeTrue();
    }

    [Fact]
    public async Task leads_a_code_to_its_batch_within_the_callers_reach()
    {
        var (tenant, campaign) = await CampaignAsync();
        var (other, otherCampaign) = await CampaignAsync();
        var (batch, otherBatch) = (fixture.NewId(), fixture.NewId());
        await Prefixes.ClaimAsync(tenant, campaign, batch, "R0VTE", default);
        await Prefixes.ClaimAsync(other, otherCampaign, otherBatch, "R0V", default);

        var mine = (await Routes.FindAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), "route-7k2m", default)).ShouldHaveSingleItem();
        mine.ShouldBe(new CodeRoute(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign), Ids.Format(Ids.CodeBatch, batch), "R0VTE7K2M"));
        (await Routes.FindAsync(Scope.Of(Ids.Format(Ids.Tenant, other)), "route-7k2m", default)).ShouldHaveSingleItem().BatchId
            .ShouldBe(Ids.Format(Ids.CodeBatch, otherBatch));
        (await Routes.FindAsync(Scope.Everything, "route-7k2m", default)).Select(route => route.BatchId)
            .ShouldBe([Ids.Format(Ids.CodeBatch, batch), Ids.Format(Ids.CodeBatch, otherBatch)]);

        var narrow = new Scope([Ids.Format(Ids.Tenant, tenant)], [Ids.Format(Ids.Campaign, otherCampaign)], false);
        (await Routes.FindAsync(narrow, "route-7k2m", default)).ShouldBeEmpty("another campaign than those that the caller sees");
        (await Routes.FindAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), "xroute7k2m", default)).ShouldBeEmpty();
        (await Routes.FindAsync(Scope.Everything, "R0", default)).ShouldBeEmpty();
        (await Routes.FindAsync(Scope.Everything, "route'); drop table code_prefix; --", default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task remembers_what_is_to_be_woken()
    {
        var (tenant, campaign) = await CampaignAsync();
        var batch = fixture.NewId();
        var key = GrainKeys.CodeBatch(Ids.Format(Ids.Tenant, tenant), Ids.Format(Ids.Campaign, campaign), Ids.Format(Ids.CodeBatch, batch));
        await Prefixes.ClaimAsync(tenant, campaign, batch, "WAKE", default);
        (await Prefixes.UnderWayAsync(default)).ShouldContain(key);
        await Prefixes.SetUnderWayAsync(tenant, batch, false, default);
        (await Prefixes.UnderWayAsync(default)).ShouldNotContain(key);
    }

    private async Task<(Guid Tenant, Guid Campaign)> CampaignAsync()
    {
        var (tenant, campaign) = (await fixture.AddTenantAsync(), fixture.NewId());
        await using var work = await fixture.Central.BeginAsync(tenant, default);
        await work.Connection.RunAsync(
            "insert into campaign (tenant_id, campaign_id, name, state, settings, created_at, updated_at) values ($1, $2, 'Summer', 'ready', '{}', $3, $3)",
            [tenant, campaign, fixture.Time.Now], default);
        await work.CommitAsync(default);
        return (tenant, campaign);
    }
}
