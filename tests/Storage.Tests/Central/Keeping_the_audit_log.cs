using System;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Central;

[Collection(CentralCollection.Name)]
public sealed class Keeping_the_audit_log(CentralFixture fixture)
{
    private static readonly AuditFilter Nothing = new(null, null, null, null, null, null);

    [Theory]
    [InlineData("update audit_event set actor = 'nobody'")]
    [InlineData("delete from audit_event")]
    [InlineData("truncate audit_event")]
    public async Task lets_no_login_role_change_what_was_written(string sql)
    {
        var tenant = await fixture.AddTenantAsync();
        await WriteAsync(tenant, "tenant.created");
        var connections = fixture.Get<CentralConnections>();
        foreach (var source in new[] { connections.App, connections.Reader, connections.System })
        {
            await using var work = await CentralUnitOfWork.BeginAsync(source, [tenant], default);
            var refused = await Should.ThrowAsync<PostgresException>(() => work.Connection.RunAsync(sql, [], default));
            refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task goes_with_the_change_or_not_at_all()
    {
        var tenant = await fixture.AddTenantAsync();
        await using (var work = await fixture.Central.BeginAsync(tenant, default))
        {
            await work.AuditAsync(Event(tenant, "tenant.updated"), default);
        }

        (await ListAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), Nothing)).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task shows_a_tenant_its_own_events_and_everybodys_to_a_super_admin()
    {
        var (mine, other) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync());
        await WriteAsync(mine, "tenant.created");
        await WriteAsync(other, "tenant.created");
        await WriteAsync(CentralDatabase.PlatformTenant, "user.created");

        var seen = await ListAsync(Scope.Of(Ids.Format(Ids.Tenant, mine)), Nothing);
        seen.Items.ShouldHaveSingleItem().TenantId.ShouldBe(Ids.Format(Ids.Tenant, mine));
        (await ListAsync(Scope.Of(Ids.Format(Ids.Tenant, mine)), Nothing with { TenantId = Ids.Format(Ids.Tenant, other) })).Items.ShouldBeEmpty();

        var all = await ListAsync(Scope.Everything, Nothing);
        all.Items.ShouldContain(entry => entry.TenantId == Ids.Format(Ids.Tenant, other));
        all.Items.ShouldContain(entry => entry.TenantId == null && entry.Action == "user.created");
    }

    [Fact]
    public async Task tells_what_was_before_and_after()
    {
        var tenant = await fixture.AddTenantAsync();
        await WriteAsync(tenant, "tenant.updated");

        var entry = (await ListAsync(Scope.Of(Ids.Format(Ids.Tenant, tenant)), Nothing)).Items.ShouldHaveSingleItem();
        entry.Before!.Value.GetProperty("name").GetString().ShouldBe("old");
        entry.After!.Value.GetProperty("name").GetString().ShouldBe("new");
        entry.At.ShouldBe(fixture.Time.Now);
    }

    [Fact]
    public async Task filters_by_actor_subject_and_time()
    {
        var tenant = await fixture.AddTenantAsync();
        var scope = Scope.Of(Ids.Format(Ids.Tenant, tenant));
        await WriteAsync(tenant, "tenant.created");
        var from = fixture.Time.Pass(TimeSpan.FromHours(1));
        await WriteAsync(tenant, "tenant.updated");

        (await ListAsync(scope, Nothing with { From = from })).Items.ShouldHaveSingleItem().Action.ShouldBe("tenant.updated");
        (await ListAsync(scope, Nothing with { Until = from })).Items.ShouldHaveSingleItem().Action.ShouldBe("tenant.created");
        (await ListAsync(scope, Nothing with { Actor = "usr_1" })).Items.Length.ShouldBe(2);
        (await ListAsync(scope, Nothing with { Actor = "usr_2" })).Items.ShouldBeEmpty();
        (await ListAsync(scope, Nothing with { Subject = "other" })).Items.ShouldBeEmpty();
        (await ListAsync(scope, Nothing with { Subject = "no\0subject" })).Items.ShouldBeEmpty();
    }

    private Task<Page<AuditEventView>> ListAsync(Scope scope, AuditFilter filter) =>
        fixture.Get<IAuditQueries>().ListAsync(scope, filter, 200, null, default);

    private async Task WriteAsync(Guid tenant, string action)
    {
        await using var work = await fixture.Central.BeginAsync(tenant, default);
        await work.AuditAsync(Event(tenant, action), default);
        await work.CommitAsync(default);
    }

    private AuditEvent Event(Guid tenant, string action) => new(
        tenant, fixture.NewId(), fixture.Time.Now, null, "usr_1", action, Ids.Format(Ids.Tenant, tenant), new { Name = "old" }, new { Name = "new" });
}
