using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Storage.Central.Tenants;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Tenants;

[Collection(CentralCollection.Name)]
public sealed class Writing_tenants(CentralFixture fixture)
{
    private readonly TenantStore _store = fixture.Get<TenantStore>();
    private readonly ITenantQueries _queries = fixture.Get<ITenantQueries>();

    [Fact]
    public async Task keeps_it_and_says_so_in_the_audit_log()
    {
        var id = fixture.NewId();
        var (outcome, tenant) = await _store.CreateAsync(id, "Acme", Slug(id), "usr_1", default);

        outcome.ShouldBe(TenantWrite.Done);
        (await _queries.FindAsync(Scope.Of(tenant!.Id), tenant.Id, default)).ShouldBe(tenant);
        (await EventsAsync(tenant.Id)).ShouldBe(["tenant.created"]);
    }

    [Fact]
    public async Task twice_with_one_id_makes_one_tenant()
    {
        var id = fixture.NewId();
        var (_, first) = await _store.CreateAsync(id, "Acme", Slug(id), "usr_1", default);
        (await _store.CreateAsync(id, "Acme", Slug(id), "usr_1", default)).ShouldBe((TenantWrite.Done, first));
        (await _store.CreateAsync(id, "Bcme", Slug(id), "usr_1", default)).Outcome.ShouldBe(TenantWrite.VersionConflict);
        (await EventsAsync(first!.Id)).ShouldBe(["tenant.created"]);
    }

    [Fact]
    public async Task refuses_a_slug_that_another_has()
    {
        var (one, two) = (fixture.NewId(), fixture.NewId());
        await _store.CreateAsync(one, "Acme", Slug(one), "usr_1", default);
        (await _store.CreateAsync(two, "Bcme", Slug(one), "usr_1", default)).Outcome.ShouldBe(TenantWrite.SlugTaken);
        await _store.CreateAsync(two, "Bcme", Slug(two), "usr_1", default);
        (await _store.UpdateAsync(two, null, Slug(one), null, "usr_1", default)).Outcome.ShouldBe(TenantWrite.SlugTaken);
    }

    [Fact]
    public async Task raises_the_version_with_each_change_and_refuses_an_older_one()
    {
        var id = fixture.NewId();
        await _store.CreateAsync(id, "Acme", Slug(id), "usr_1", default);
        fixture.Time.Pass(TimeSpan.FromSeconds(1));

        (await _store.UpdateAsync(id, "Better", null, 1, "usr_1", default)).Tenant!.Version.ShouldBe(2);
        (await _store.UpdateAsync(id, "Worse", null, 1, "usr_1", default)).Outcome.ShouldBe(TenantWrite.VersionConflict);
        (await _store.UpdateAsync(id, "Better", null, 2, "usr_1", default)).Tenant!.Version.ShouldBe(2);
        (await _store.UpdateAsync(fixture.NewId(), "None", null, null, "usr_1", default)).Outcome.ShouldBe(TenantWrite.NotFound);
        (await EventsAsync(Ids.Format(Ids.Tenant, id))).ShouldBe(["tenant.updated", "tenant.created"]);
    }

    [Fact]
    public async Task shows_each_scope_its_own()
    {
        var (mine, other) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync());
        var scope = Scope.Of(Ids.Format(Ids.Tenant, mine));

        (await _queries.ListAsync(scope, 50, null, default)).Items.ShouldHaveSingleItem().Id.ShouldBe(Ids.Format(Ids.Tenant, mine));
        (await _queries.FindAsync(scope, Ids.Format(Ids.Tenant, other), default)).ShouldBeNull();
        (await _queries.FindAsync(Scope.Everything, Ids.Format(Ids.Tenant, other), default)).ShouldNotBeNull();
        (await _queries.FindAsync(Scope.Everything, "ten_nonsense", default)).ShouldBeNull();
        (await _queries.ListAsync(new Scope([], [], false), 50, null, default)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task pages_through_all_without_gaps_or_repeats()
    {
        for (var i = 0; i < 5; i++)
        {
            await fixture.AddTenantAsync();
        }

        var all = (await _queries.ListAsync(Scope.Everything, 200, null, default)).Items.Select(tenant => tenant.Id).ToArray();
        var paged = new System.Collections.Generic.List<string>();
        string? cursor = null;
        do
        {
            var page = await _queries.ListAsync(Scope.Everything, 3, cursor, default);
            page.Items.Length.ShouldBeInRange(1, 3);
            paged.AddRange(page.Items.Select(tenant => tenant.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        // Others' tests may have made more than one page has.
        paged.Take(all.Length).ShouldBe(all);
        paged.ShouldBe(paged.Distinct().OrderDescending(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task refuses_a_cursor_that_it_never_gave_out(string cursor) =>
        await Should.ThrowAsync<InvalidCursorException>(() => _queries.ListAsync(Scope.Everything, 3, cursor, default));

    private static string Slug(Guid id) => "t-" + id.ToString("n")[^20..];

    private async Task<string[]> EventsAsync(string tenantId)
    {
        var page = await fixture.Get<IAuditQueries>().ListAsync(
            Scope.Of(tenantId), new AuditFilter(null, null, null, tenantId, null, null), 200, null, default);
        return [.. page.Items.Select(entry => entry.Action)];
    }
}
