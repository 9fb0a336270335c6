using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Central.Notices;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Notices;

[Collection(CentralCollection.Name)]
public sealed class Writing_webhooks(CentralFixture fixture)
{
    private const string Url = "https://hooks.example.com/stock?token=hidden-token";
    private readonly WebhookStore _store = fixture.Get<WebhookStore>();

    [Fact]
    public async Task keeps_the_secret_encrypted_and_tells_it_when_asked_by_the_same_request_again()
    {
        var (tenant, id) = (await fixture.AddTenantAsync(), fixture.NewId());
        var (_, first) = await _store.AddAsync(tenant, id, Url, ["stock.low"], "usr_1", default);
        var (again, second) = await _store.AddAsync(tenant, id, Url, ["stock.low"], "usr_1", default);
        again.ShouldBe(WebhookWrite.Done);
        second!.Secret.ShouldBe(first!.Secret);
        first.Secret.ShouldStartWith("whsec_");
        await using var superuser = await fixture.OpenSuperuserAsync();
        var row = (await superuser.ScalarAsync<string>("select to_jsonb(w)::text from webhook w where webhook_id = $1", [id], default))!;
        row.ShouldNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(first.Secret)));
        (await superuser.ScalarAsync<long>("select count(*) from webhook where tenant_id = $1", [tenant], default)).ShouldBe(1);
    }

    [Fact]
    public async Task leaves_audit_events_without_secrets()
    {
        var (tenant, id) = (await fixture.AddTenantAsync(), fixture.NewId());
        var (_, made) = await _store.AddAsync(tenant, id, Url, [], "usr_1", default);
        fixture.Time.Pass(TimeSpan.FromSeconds(1));
        await _store.RemoveAsync(tenant, id, "usr_2", default);
        await using var superuser = await fixture.OpenSuperuserAsync();
        var events = await superuser.ListAsync(
            "select to_jsonb(a)::text from audit_event a where tenant_id = $1 order by event_id", [tenant], row => row.GetString(0), default);
        events.Length.ShouldBe(2);
        events[0].ShouldContain("webhook.created");
        events[1].ShouldContain("webhook.deleted");
        foreach (var text in events)
        {
            text.ShouldContain("https://hooks.example.com");
            text.ShouldNotContain("hidden-token");
            text.ShouldNotContain(made!.Secret);
        }
    }

    [Fact]
    public async Task holds_the_limit_when_many_are_added_at_once()
    {
        var tenant = await fixture.AddTenantAsync();
        var ids = Enumerable.Range(0, WebhookRules.WebhooksMax + 5).Select(_ => fixture.NewId()).ToArray();
        var outcomes = await Task.WhenAll(ids.Select(id => _store.AddAsync(tenant, id, Url, [], "usr_1", default)));
        outcomes.Count(o => o.Outcome == WebhookWrite.Done).ShouldBe(WebhookRules.WebhooksMax);
        outcomes.Count(o => o.Outcome == WebhookWrite.TooMany).ShouldBe(5);
    }

    [Fact]
    public async Task finds_none_of_another_tenants()
    {
        var (tenant, other, id) = (await fixture.AddTenantAsync(), await fixture.AddTenantAsync(), fixture.NewId());
        await _store.AddAsync(tenant, id, Url, [], "usr_1", default);
        (await _store.RemoveAsync(other, id, "usr_1", default)).ShouldBe(WebhookWrite.NotFound);
        (await _store.FindAsync(other, id, default)).ShouldBeNull();
        var queries = fixture.Get<IWebhookQueries>();
        (await queries.ListAsync(Ids.Format(Ids.Tenant, other), 10, null, default)).Items.ShouldBeEmpty();
        var listed = (await queries.ListAsync(Ids.Format(Ids.Tenant, tenant), 10, null, default)).Items.ShouldHaveSingleItem();
        (listed.Id, listed.Url).ShouldBe((Ids.Format(Ids.Webhook, id), Url));
        (await _store.AddAsync(fixture.NewId(), fixture.NewId(), Url, [], "usr_1", default)).Outcome.ShouldBe(WebhookWrite.NotFound);
    }
}
