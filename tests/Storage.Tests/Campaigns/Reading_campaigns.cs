using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

[Collection(CentralCollection.Name)]
public sealed class Reading_campaigns(CentralFixture fixture)
{
    private readonly ICampaignQueries _queries = fixture.Get<ICampaignQueries>();

    [Fact]
    public async Task finds_those_of_the_scope_alone()
    {
        var (mine, other) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync());
        var (one, two, foreign) = (await AddAsync(mine), await AddAsync(mine), await AddAsync(other));
        var scope = Scope.Of(Ids.Format(Ids.Tenant, mine));

        (await _queries.FindAsync(scope, one, default)).ShouldNotBeNull().Settings.Name.ShouldBe("Summer in Paris");
        (await _queries.FindAsync(scope, foreign, default)).ShouldBeNull();
        (await _queries.FindAsync(Scope.Everything, foreign, default)).ShouldNotBeNull();
        (await _queries.ListAsync(scope, null, 50, null, default)).Items.Select(campaign => campaign.Id).ShouldBe([two, one]);
        (await _queries.ListAsync(scope, Ids.Format(Ids.Tenant, other), 50, null, default)).Items.ShouldBeEmpty();
        (await _queries.ListAsync(Scope.Everything, Ids.Format(Ids.Tenant, other), 50, null, default)).Items
            .ShouldHaveSingleItem().Id.ShouldBe(foreign);
    }

    [Fact]
    public async Task narrows_to_the_campaigns_of_the_scope()
    {
        var tenant = await fixture.AddTenantAsync();
        var (one, two) = (await AddAsync(tenant), await AddAsync(tenant));
        var scope = new Scope([Ids.Format(Ids.Tenant, tenant)], [one], false);

        (await _queries.ListAsync(scope, null, 50, null, default)).Items.ShouldHaveSingleItem().Id.ShouldBe(one);
        (await _queries.FindAsync(scope, two, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("scheduled", 1, 2, "scheduled")]
    [InlineData("scheduled", -1, 1, "live")]
    [InlineData("scheduled", -2, -1, "live")]
    [InlineData("live", -2, -1, "live")]
    [InlineData("paused", -1, 1, "paused")]
    [InlineData("ready", -1, 1, "ready")]
    public async Task tells_a_published_campaign_live_from_its_opening(string stored, int opensIn, int closesIn, string told)
    {
        var now = fixture.Time.Now;
        var id = await AddAsync(await fixture.AddTenantAsync(), stored, new CampaignSettings
        {
            Name = "Dates", OpensAt = now.AddHours(opensIn), ClosesAt = now.AddHours(closesIn),
        });
        (await _queries.FindAsync(Scope.Everything, id, default)).ShouldNotBeNull().State.ShouldBe(told);
    }

    [Fact]
    public async Task never_shows_winning_moments()
    {
        var id = await AddAsync(await fixture.AddTenantAsync(), "ready", new CampaignSettings
        {
            Name = "Moments",
            Pools = [new PoolSettings { Name = "Instant", Moments = [new MomentSettings(fixture.Time.Now, "Mug")] }],
        });
        (await _queries.FindAsync(Scope.Everything, id, default)).ShouldNotBeNull().Settings.Pools.ShouldHaveSingleItem().Moments.ShouldBeEmpty();
    }

    [Fact]
    public async Task finds_them_by_pool_prize_and_draw()
    {
        var tenant = await fixture.AddTenantAsync();
        var id = await AddAsync(tenant);
        var scope = Scope.Of(Ids.Format(Ids.Tenant, tenant));
        var (pool, prize, draw) = (await PartAsync(tenant, id, "pool"), await PartAsync(tenant, id, "prize"), await PartAsync(tenant, id, "draw"));

        (await _queries.FindByPoolAsync(scope, Ids.Format(Ids.Pool, pool), default))!.Id.ShouldBe(id);
        (await _queries.FindByPoolAsync(scope, Ids.Format(Ids.Prize, prize), default))!.Id.ShouldBe(id);
        (await _queries.FindByDrawAsync(scope, Ids.Format(Ids.Draw, draw), default))!.Id.ShouldBe(id);
        (await _queries.FindByDrawAsync(scope, Ids.Format(Ids.Draw, pool), default)).ShouldBeNull();
        (await _queries.FindByPoolAsync(Scope.Of(Ids.Format(Ids.Tenant, await fixture.AddTenantAsync())), Ids.Format(Ids.Pool, pool), default))
            .ShouldBeNull();
    }

    [Fact]
    public async Task tells_a_deployment_with_its_steps_and_log()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = await AddAsync(tenant);
        var deployment = await DeploymentAsync(tenant, Ids.Parse(Ids.Campaign, campaign));
        foreach (var scope in new[] { Scope.Of(Ids.Format(Ids.Tenant, tenant)), Scope.Everything })
        {
            var found = (await _queries.FindDeploymentAsync(scope, deployment, default)).ShouldNotBeNull();
            found.CampaignId.ShouldBe(campaign);
            found.Steps.Select(step => step.Name).ShouldBe(["create-database", "create-repository"]);
            found.Log.Select(line => line.Message).ShouldBe(["Creating.", "Created."]);
            var listed = (await _queries.DeploymentsAsync(scope, campaign, 50, null, default)).Items.ShouldHaveSingleItem();
            listed.Steps.Length.ShouldBe(2);
            listed.Log.ShouldBeEmpty();
        }

        var other = Scope.Of(Ids.Format(Ids.Tenant, await fixture.AddTenantAsync()));
        (await _queries.FindDeploymentAsync(other, deployment, default)).ShouldBeNull();
        (await _queries.DeploymentsAsync(other, campaign, 50, null, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task tells_the_lines_of_a_deployments_log_with_their_fields()
    {
        var tenant = await fixture.AddTenantAsync();
        var campaign = await AddAsync(tenant);
        var id = await DeploymentAsync(tenant, Ids.Parse(Ids.Campaign, campaign));
        var call = new DeploymentCall("github.generate", 2, null, "D0:17", 30_000, "POST /repos/acme/site/generate {\"name\":\"a\0b\"}", "no answer in time");
        await new DeploymentStore(fixture.Central).LogAsync(
            new DeploymentRow(tenant, Ids.Parse(Ids.Deployment, id), Ids.Parse(Ids.Campaign, campaign), "provision", "running", false, null, []),
            [new LogLine(fixture.Time.Now, "create-repository", "info", "github.generate") { Attempt = 3, Call = call }, new LogLine(fixture.Time.Now, null, "warning", "Rolling back.")], default);
        var log = (await _queries.FindDeploymentAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), id, default))!.Log;
        (log[0].Attempt, log[0].Call, log[1].Call, log[3].Attempt, log[3].Call).ShouldBe((null, null, null, null, null));
        (log[2].Attempt, log[2].Call).ShouldBe((3, call with { Request = "POST /repos/acme/site/generate {\"name\":\"ab\"}" }));
    }

    [Fact]
    public async Task estimates_a_running_deployment_by_past_ones_of_the_same_kind_client_and_providers()
    {
        var (tenant, another) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync());
        var local = await AddAsync(tenant);
        var inTheCloud = await AddAsync(tenant, settings: new CampaignSettings { Name = "In the cloud", Providers = new ProviderChoice("supabase", "github", "vercel") });
        var running = await DeploymentAsync(tenant, Ids.Parse(Ids.Campaign, local));
        (await EstimateAsync(tenant, running)).ShouldBeNull();

        // The median of 10, 20 and 90 seconds; what others took, what failed and what was in the cloud does not count.
        foreach (var seconds in (int[])[90, 10, 20])
        {
            await PastAsync(tenant, local, "succeeded", seconds);
        }

        await PastAsync(tenant, local, "rolled_back", 1);
        await PastAsync(tenant, inTheCloud, "succeeded", 1);
        await PastAsync(another, await AddAsync(another), "succeeded", 1);
        (await EstimateAsync(tenant, running)).ShouldBe(new DeploymentEstimate(40, 20));
        await WriteAsync(
            tenant, "update deployment_step set state = 'succeeded', started_at = $2, ended_at = $2 where deployment_id = $1 and ordinal = 0", Ids.Parse(Ids.Deployment, running), fixture.Time.Now);
        await WriteAsync(
            tenant, "update deployment_step set state = 'running', started_at = $2 where deployment_id = $1 and ordinal = 1", Ids.Parse(Ids.Deployment, running), fixture.Time.Now.AddSeconds(-5));
        (await EstimateAsync(tenant, running)).ShouldBe(new DeploymentEstimate(15, 20));
        await WriteAsync(
            tenant, "update deployment_step set started_at = $2 where deployment_id = $1 and ordinal = 1", Ids.Parse(Ids.Deployment, running), fixture.Time.Now.AddSeconds(-500));
        (await EstimateAsync(tenant, running)).ShouldBe(new DeploymentEstimate(0, 20));
        await WriteAsync(tenant, "update deployment set state = 'rolling_back' where deployment_id = $1", Ids.Parse(Ids.Deployment, running));
        (await EstimateAsync(tenant, running)).ShouldBeNull();
    }

    [Fact]
    public async Task finds_a_site_by_its_key_and_slug()
    {
        var tenant = await fixture.AddTenantAsync();
        var closesAt = fixture.Time.Now.AddDays(30);
        var id = await SampleCampaigns.AddAsync(fixture, tenant, "live", new CampaignSettings
        {
            Name = "Site",
            OpensAt = fixture.Time.Now, ClosesAt = closesAt,
            AllowedOrigins = ["https://www.example.com"],
            Terms = new Terms("Play fair.", null, 2),
            Draw = new DrawSettings { Name = "Final" },
        }, "http://127.0.0.1:9123/");
        await TermsAsync(tenant, id, 1, [1]);
        await TermsAsync(tenant, id, 2, [0xab, 0xcd]);

        var sites = fixture.Get<ISiteDirectory>();
        var site = (await sites.FindBySlugAsync(SampleCampaigns.Slug(id), default)).ShouldNotBeNull();
        site.Origins.ShouldBe(["http://127.0.0.1:9123", "http://localhost:9123", "https://www.example.com"]);
        site.TermsHash.ShouldBe("abcd");
        site.DrawsAt.ShouldBe(closesAt.AddMinutes(15));
        (await sites.FindBySiteKeyAsync("sk_" + SampleCampaigns.Slug(id), default))!.Campaign.Id.ShouldBe(Ids.Format(Ids.Campaign, id));
        (await sites.FindBySiteKeyAsync("sk_nonsense", default)).ShouldBeNull();
        (await sites.FindBySlugAsync("no\0slug", default)).ShouldBeNull();
    }

    [Fact]
    public async Task sees_a_change_of_a_site_at_once()
    {
        var tenant = await fixture.AddTenantAsync();
        var id = await SampleCampaigns.AddAsync(fixture, tenant, "ready");
        var sites = fixture.Get<ISiteDirectory>();
        (await sites.FindBySlugAsync(SampleCampaigns.Slug(id), default))!.Campaign.State.ShouldBe("ready");
        await using (var work = await fixture.Central.BeginAsync(tenant, default))
        {
            await work.Connection.RunAsync("update campaign set state = 'paused' where campaign_id = $1", [id], default);
            await work.CommitAsync(default);
        }

        (await sites.FindBySlugAsync(SampleCampaigns.Slug(id), default))!.Campaign.State.ShouldBe("paused");
    }

    private async Task<string> AddAsync(Guid tenant, string state = "draft", CampaignSettings? settings = null) =>
        Ids.Format(Ids.Campaign, await SampleCampaigns.AddAsync(fixture, tenant, state, settings));

    private async Task<Guid> PartAsync(Guid tenant, string campaign, string kind)
    {
        var id = fixture.NewId();
        await WriteAsync(tenant, "insert into campaign_part values ($1, $2, $3, $4)", tenant, id, Ids.Parse(Ids.Campaign, campaign), kind);
        return id;
    }

    private Task TermsAsync(Guid tenant, Guid campaign, int version, byte[] hash) => WriteAsync(
        tenant, "insert into terms_version (tenant_id, campaign_id, version, hash, body, created_at) values ($1, $2, $3, $4, 'text', $5)", tenant, campaign, version, hash, fixture.Time.Now);

    private async Task<string> DeploymentAsync(Guid tenant, Guid campaign)
    {
        var id = fixture.NewId();
        await WriteAsync(
            tenant, "insert into deployment (tenant_id, deployment_id, campaign_id, kind, state, started_at) values ($1, $2, $3, 'provision', 'running', $4)",
            tenant, id, campaign, fixture.Time.Now);
        foreach (var (ordinal, name, message) in new[] { (0, "create-database", "Creating."), (1, "create-repository", "Created.") })
        {
            await WriteAsync(
                tenant, "insert into deployment_step (tenant_id, deployment_id, ordinal, name, state, nonce) values ($1, $2, $3, $4, 'pending', 'n')",
                tenant, id, ordinal, name);
            await WriteAsync(
                tenant, "insert into deployment_log (tenant_id, deployment_id, at, step, level, message) values ($1, $2, $3, $4, 'info', $5)",
                tenant, id, fixture.Time.Now, name, message);
        }

        return Ids.Format(Ids.Deployment, id);
    }

    private async Task<DeploymentEstimate?> EstimateAsync(Guid tenant, string deployment) =>
        (await _queries.FindDeploymentAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), deployment, default))!.Estimate;

    /// <summary>A deployment that has ended, each of whose two steps took so long.</summary>
    private async Task PastAsync(Guid tenant, string campaign, string state, int seconds)
    {
        var id = fixture.NewId();
        var (ended, began) = (fixture.Time.Now, fixture.Time.Now.AddSeconds(-seconds));
        await WriteAsync(
            tenant, "insert into deployment (tenant_id, deployment_id, campaign_id, kind, state, started_at, ended_at) values ($1, $2, $3, 'provision', $4, $5, $6)",
            tenant, id, Ids.Parse(Ids.Campaign, campaign), state, began, ended);
        foreach (var (ordinal, name) in new[] { (0, "create-database"), (1, "create-repository") })
        {
            await WriteAsync(
                tenant, "insert into deployment_step (tenant_id, deployment_id, ordinal, name, state, nonce, started_at, ended_at) values ($1, $2, $3, $4, 'succeeded', 'n', $5, $6)",
                tenant, id, ordinal, name, began, ended);
        }
    }

    private async Task WriteAsync(Guid tenant, string sql, params object[] values)
    {
        await using var work = await fixture.Central.BeginAsync(tenant, default);
        await work.Connection.RunAsync(sql, values, default);
        await work.CommitAsync(default);
    }
}
