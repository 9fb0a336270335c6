using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Storage.Central.Users;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Users;

[Collection(CentralCollection.Name)]
public sealed class Writing_users(CentralFixture fixture)
{
    private readonly UserStore _store = fixture.Get<UserStore>();

    [Fact]
    public async Task keeps_the_account_and_what_it_may_see()
    {
        var (tenant, campaign) = await CampaignAsync();
        var id = fixture.NewId();
        var (outcome, user) = await CreateAsync(id, Roles.CampaignManager, new UserGrants([tenant], [campaign]));

        outcome.ShouldBe(UserWrite.Done);
        user!.TenantIds.ShouldBe([Ids.Format(Ids.Tenant, tenant)]);
        user.CampaignIds.ShouldBe([Ids.Format(Ids.Campaign, campaign)]);
        user.Version.ShouldBe(1);
        var read = await fixture.Get<IUserQueries>().FindAsync(user.Id, default);
        read.ShouldNotBeNull().TenantIds.ShouldBe(user.TenantIds);
    }

    [Fact]
    public async Task twice_with_one_id_makes_one_account()
    {
        var id = fixture.NewId();
        await CreateAsync(id, Roles.ReadOnly, UserGrants.None);
        var (outcome, user) = await CreateAsync(id, Roles.ReadOnly, UserGrants.None);

        outcome.ShouldBe(UserWrite.Done);
        user!.Version.ShouldBe(1);
        (await EventsAsync(id)).ShouldBe(["user.created"]);
    }

    [Fact]
    public async Task refuses_an_address_that_another_has_in_any_spelling()
    {
        var id = fixture.NewId();
        await CreateAsync(id, Roles.ReadOnly, UserGrants.None);
        var (outcome, _) = await _store.CreateAsync(
            fixture.NewId(), $"{id:n}@EXAMPLE.com", Roles.ReadOnly, UserGrants.None, "hash", "system", default);
        outcome.ShouldBe(UserWrite.EmailTaken);
    }

    [Fact]
    public async Task refuses_grants_on_what_is_not_there_and_writes_nothing()
    {
        var (tenant, campaign) = await CampaignAsync();
        var other = await fixture.AddTenantAsync();
        var id = fixture.NewId();

        (await CreateAsync(id, Roles.ReadOnly, new UserGrants([fixture.NewId()], []))).Outcome.ShouldBe(UserWrite.UnknownTenant);
        (await CreateAsync(id, Roles.ReadOnly, new UserGrants([other], [campaign]))).Outcome.ShouldBe(UserWrite.UnknownCampaign);
        (await fixture.Get<IUserQueries>().FindAsync(Ids.Format(Ids.User, id), default)).ShouldBeNull();
        tenant.ShouldNotBe(other);
    }

    [Fact]
    public async Task replaces_the_grants()
    {
        var (one, campaign) = await CampaignAsync();
        var two = await fixture.AddTenantAsync();
        var id = fixture.NewId();
        await CreateAsync(id, Roles.ReadOnly, new UserGrants([one], [campaign]));
        fixture.Time.Pass(TimeSpan.FromSeconds(1));

        var (outcome, user) = await _store.UpdateAsync(id, new UserChange(null, [two], [], null, 1), "usr_1", default);
        outcome.ShouldBe(UserWrite.Done);
        user!.TenantIds.ShouldBe([Ids.Format(Ids.Tenant, two)]);
        user.CampaignIds.ShouldBeEmpty();
        user.Version.ShouldBe(2);
        (await EventsAsync(id)).ShouldBe(["user.updated", "user.created"]);
    }

    [Fact]
    public async Task is_refused_when_the_account_has_changed_meanwhile()
    {
        var id = fixture.NewId();
        await CreateAsync(id, Roles.ReadOnly, UserGrants.None);
        (await _store.UpdateAsync(id, new UserChange(Roles.CampaignManager, null, null, null, 1), "usr_1", default)).Outcome.ShouldBe(UserWrite.Done);
        (await _store.UpdateAsync(id, new UserChange(Roles.ReadOnly, null, null, null, 1), "usr_1", default)).Outcome
            .ShouldBe(UserWrite.VersionConflict);
        (await _store.UpdateAsync(fixture.NewId(), new UserChange(null, null, null, true, null), "usr_1", default)).Outcome
            .ShouldBe(UserWrite.NotFound);
    }

    [Fact]
    public async Task never_leaves_the_platform_without_a_super_admin()
    {
        var (one, two) = (fixture.NewId(), fixture.NewId());
        await CreateAsync(one, Roles.SuperAdmin, UserGrants.None);
        await CreateAsync(two, Roles.SuperAdmin, UserGrants.None);
        (await _store.HasSuperAdminAsync(default)).ShouldBeTrue();
        await DemoteAllButAsync(one, two);

        var demotions = await Task.WhenAll(
            _store.UpdateAsync(one, new UserChange(Roles.ReadOnly, null, null, null, null), "usr_1", default),
            _store.UpdateAsync(two, new UserChange(null, null, null, true, null), "usr_1", default));
        demotions.Select(demotion => demotion.Outcome).Order().ShouldBe([UserWrite.Done, UserWrite.LastSuperAdmin]);
        (await _store.HasSuperAdminAsync(default)).ShouldBeTrue();
    }

    /// <summary>Other tests of the collection leave theirs behind.</summary>
    private async Task DemoteAllButAsync(Guid one, Guid two)
    {
        var all = await fixture.Get<IUserQueries>().ListAsync(200, null, default);
        all.NextCursor.ShouldBeNull();
        foreach (var other in all.Items.Where(u => u.Role == Roles.SuperAdmin).Select(u => Ids.Parse(Ids.User, u.Id)).Where(id => id != one && id != two))
        {
            (await _store.UpdateAsync(other, new UserChange(Roles.ReadOnly, null, null, null, null), "usr_1", default)).Outcome.ShouldBe(UserWrite.Done);
        }
    }

    [Fact]
    public async Task lists_them_newest_first_in_pages()
    {
        for (var i = 0; i < 3; i++)
        {
            await CreateAsync(fixture.NewId(), Roles.ReadOnly, UserGrants.None);
        }

        var queries = fixture.Get<IUserQueries>();
        var all = await queries.ListAsync(200, null, default);
        var first = await queries.ListAsync(2, null, default);
        var second = await queries.ListAsync(2, first.NextCursor, default);
        first.Items.Concat(second.Items).Select(user => user.Id).ShouldBe(all.Items.Take(4).Select(user => user.Id));
        all.NextCursor.ShouldBeNull();
        await Should.ThrowAsync<InvalidCursorException>(() => queries.ListAsync(2, "nonsense", default));
    }

    private async Task<string[]> EventsAsync(Guid user)
    {
        var page = await fixture.Get<IAuditQueries>().ListAsync(
            Scope.Everything, new AuditFilter(null, null, null, Ids.Format(Ids.User, user), null, null), 200, null, default);
        page.Items.ShouldAllBe(entry => entry.TenantId == null);
        return [.. page.Items.Select(entry => entry.Action)];
    }

    private Task<(UserWrite Outcome, UserView? User)> CreateAsync(Guid id, string role, UserGrants grants)
    {
        fixture.Time.Pass(TimeSpan.FromSeconds(1));
        return _store.CreateAsync(id, $"{id:n}@example.com", role, grants, "hash", "system", default);
    }

    private async Task<(Guid Tenant, Guid Campaign)> CampaignAsync()
    {
        var tenant = await fixture.AddTenantAsync();
        return (tenant, await Campaigns.SampleCampaigns.AddAsync(fixture, tenant));
    }
}
