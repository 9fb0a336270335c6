using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Central.ApiKeys;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.ApiKeys;

[Collection(CentralCollection.Name)]
public sealed class Keeping_api_keys(CentralFixture fixture)
{
    private ApiKeyStore Store => new(fixture.Central, fixture.Time);

    private IApiKeyQueries Queries => fixture.Get<IApiKeyQueries>();

    [Fact]
    public async Task finds_a_key_by_its_secret_until_it_is_revoked()
    {
        var tenant = await fixture.AddTenantAsync();
        var (id, secret) = (fixture.NewId(), RandomNumberGenerator.GetBytes(32));
        var made = (await Store.PutAsync(tenant, id, "Tills", [ApiKeyScopes.RedeemCoupons], secret, "usr_1", default)).ShouldNotBeNull();
        var found = (await Queries.FindBySecretAsync(Convert.ToHexString(secret), default)).ShouldNotBeNull();
        (found.Id, found.TenantId, found.Scopes.Single()).ShouldBe((made.Id, Ids.Format(Ids.Tenant, tenant), ApiKeyScopes.RedeemCoupons));
        (await Queries.FindBySecretAsync(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)), default)).ShouldBeNull();

        (await Store.RevokeAsync(tenant, id, "usr_1", default)).ShouldBeTrue();
        (await Store.RevokeAsync(tenant, id, "usr_1", default)).ShouldBeFalse();
        (await Queries.FindBySecretAsync(Convert.ToHexString(secret), default)).ShouldBeNull();
        (await Queries.FindAsync(Scope.Everything, Ids.Format(Ids.Tenant, tenant), made.Id, default)).ShouldBeNull();
    }

    [Fact]
    public async Task replaces_the_secret_of_an_attempt_that_was_cut_short_and_of_nothing_else()
    {
        var tenant = await fixture.AddTenantAsync();
        var id = fixture.NewId();
        var (first, second) = (RandomNumberGenerator.GetBytes(32), RandomNumberGenerator.GetBytes(32));
        await Store.PutAsync(tenant, id, "Tills", [ApiKeyScopes.RedeemCoupons], first, "usr_1", default);
        (await Store.PutAsync(tenant, id, "Tills", [ApiKeyScopes.RedeemCoupons], second, "usr_1", default)).ShouldNotBeNull();
        (await Queries.FindBySecretAsync(Convert.ToHexString(first), default)).ShouldBeNull();
        (await Queries.FindBySecretAsync(Convert.ToHexString(second), default)).ShouldNotBeNull();
        (await Store.PutAsync(tenant, id, "Others", [ApiKeyScopes.RedeemCoupons], first, "usr_1", default)).ShouldBeNull();
        await Store.RevokeAsync(tenant, id, "usr_1", default);
        (await Store.PutAsync(tenant, id, "Tills", [ApiKeyScopes.RedeemCoupons], first, "usr_1", default)).ShouldBeNull();
    }

    [Fact]
    public async Task shows_a_tenants_keys_to_nobody_else()
    {
        var (tenant, other) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync());
        var made = (await Store.PutAsync(
            tenant, fixture.NewId(), "Tills", [ApiKeyScopes.RedeemCoupons], RandomNumberGenerator.GetBytes(32), "usr_1", default)).ShouldNotBeNull();
        var (mine, stranger) = (Scope.Of(Ids.Format(Ids.Tenant, tenant)), Scope.Of(Ids.Format(Ids.Tenant, other)));
        (await Queries.ListAsync(mine, made.TenantId, 10, null, default)).Items.ShouldHaveSingleItem().Id.ShouldBe(made.Id);
        (await Queries.ListAsync(stranger, made.TenantId, 10, null, default)).Items.ShouldBeEmpty();
        (await Queries.FindAsync(stranger, made.TenantId, made.Id, default)).ShouldBeNull();
        (await Store.RevokeAsync(other, Ids.Parse(Ids.ApiKey, made.Id), "usr_2", default)).ShouldBeFalse();
    }

    [Fact]
    public async Task tells_who_made_and_who_ended_it_and_stores_no_secret()
    {
        var tenant = await fixture.AddTenantAsync();
        var (id, secret) = (fixture.NewId(), RandomNumberGenerator.GetBytes(32));
        await Store.PutAsync(tenant, id, "Tills", [ApiKeyScopes.RedeemCoupons], secret, "usr_1", default);
        fixture.Time.Pass(TimeSpan.FromSeconds(1));
        await Store.RevokeAsync(tenant, id, "usr_2", default);
        await using var superuser = await fixture.OpenSuperuserAsync();
        (await superuser.ListAsync(
            "select actor || ' ' || action from audit_event where tenant_id = $1 order by event_id", [tenant], row => row.GetString(0), default))
            .ShouldBe(["usr_1 api_key.created", "usr_2 api_key.revoked"]);
        (await superuser.ListAsync("select to_jsonb(a)::text from audit_event a where tenant_id = $1", [tenant], row => row.GetString(0), default))
            .ShouldAllBe(text => !text.Contains(Convert.ToHexStringLower(secret), StringComparison.OrdinalIgnoreCase));
    }
}
