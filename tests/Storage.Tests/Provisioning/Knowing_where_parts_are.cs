using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;
using PrizeDraw.Storage.Central.Provisioning;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Provisioning;

/// <summary>In which account a step makes its part is decided once, and no account changes behind the back of who decides it.</summary>
[Collection(CentralCollection.Name)]
public sealed class Knowing_where_parts_are(CentralFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private DeploymentStore Deployments => new(fixture.Central);

    private ProviderAccountStore Accounts => fixture.Get<ProviderAccountStore>();

    [Fact]
    public async Task an_account_that_a_step_is_just_beginning_in_is_not_changed_behind_its_back()
    {
        var (tenant, run) = await BegunAsync();
        await SetAsync(tenant, "Acme");
        await using var beginning = await HeldAsync(tenant);
        var changing = SetAsync(tenant, "beta");
        await WaitingAsync(tenant);
        await beginning.RunAsync(
            "update deployment_step set state = 'running', account_owner = $1, account_provider = 'github', account_place = 'acme' where deployment_id = $2", [tenant, run.DeploymentId], default);
        await beginning.RunAsync("commit", [], default);
        (await changing).Campaigns.ShouldBe(1);
        (await Accounts.OwnAsync(tenant, "github", default))!.View.Settings.Owner.ShouldBe("Acme");
        (await SetAsync(tenant, "ACME")).Campaigns.ShouldBe(0, "GitHub's owners are the same in upper and lower case");
        (await Accounts.RemoveAsync(tenant, "github", "usr_test", default)).Campaigns.ShouldBe(1);
    }

    [Fact]
    public async Task a_step_begins_in_the_account_that_was_set_while_it_was_about_to()
    {
        var (tenant, run) = await BegunAsync();
        await SetAsync(tenant, "acme");
        await using var changing = await HeldAsync(tenant);
        var beginning = Deployments.BindAsync(run, run.Steps[0], "github", default);
        await WaitingAsync(tenant);
        await changing.RunAsync("update provider_account set settings = jsonb_set(settings, '{owner}', '\"beta\"') where tenant_id = $1", [tenant], default);
        await changing.RunAsync("commit", [], default);
        (await beginning).ShouldBe(new PartAccount(tenant, "github", "beta"));
        (await Deployments.FindAsync(tenant, run.DeploymentId, default))!.Steps[0].Account.ShouldBe(new PartAccount(tenant, "github", "beta"));
    }

    [Fact]
    public async Task what_was_made_before_that_was_stored_is_in_the_account_that_was_used_at_the_upgrade()
    {
        var (own, ofOwn) = await BegunAsync("succeeded");
        var (other, ofOther) = await BegunAsync("succeeded");
        var (_, pending) = await BegunAsync("pending");
        await SetAsync(own, "Acme");
        await SetAsync(CentralDatabase.PlatformTenant, "platform-owner");
        var migration = fixture.Get<CentralBootstrap>().GetType().Assembly;
        using var text = new StreamReader(migration.GetManifestResourceStream(
            migration.GetManifestResourceNames().Single(n => n.EndsWith("0038_account_of_parts.sql", StringComparison.Ordinal)))!);
        var sql = await text.ReadToEndAsync();
        await using var owner = await fixture.OpenSuperuserAsync();
        await owner.RunAsync("set role platform_owner", [], default);
        for (var time = 0; time < 2; time++)
        {
            await using var command = new NpgsqlCommand(sql, owner);
            await command.ExecuteNonQueryAsync();
        }

        (await AccountAsync(ofOwn)).ShouldBe(new PartAccount(own, "github", "acme"));
        (await AccountAsync(ofOther)).ShouldBe(new PartAccount(CentralDatabase.PlatformTenant, "github", "platform-owner"));
        (await AccountAsync(pending)).ShouldBeNull();
        (await Accounts.RemoveAsync(CentralDatabase.PlatformTenant, "github", "usr_test", default)).Campaigns.ShouldBeGreaterThan(0);
        await owner.RunAsync("update deployment_step set state = 'undone' where account_owner is not null", [], default);
        (await Accounts.RemoveAsync(CentralDatabase.PlatformTenant, "github", "usr_test", default)).After.ShouldBeNull();
        other.ShouldNotBe(own);
    }

    private async Task<PartAccount?> AccountAsync(DeploymentRow run) => (await Deployments.FindAsync(run.TenantId, run.DeploymentId, default))!.Steps[0].Account;

    private Task<AccountChange> SetAsync(Guid owner, string place) => Accounts.SetAsync(
        owner, "github", "ghp_test", new ProviderSettings(null, null, null, place, $"{place}/template", null), "usr_test", default);

    /// <summary>As whoever sets the account, or begins a step in it, before the commit.</summary>
    private async Task<NpgsqlConnection> HeldAsync(Guid owner)
    {
        var connection = await fixture.OpenSuperuserAsync();
        await connection.RunAsync("begin", [], default);
        await connection.RunAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", [$"provider-account/{owner:n}/github"], default);
        return connection;
    }

    private async Task WaitingAsync(Guid owner)
    {
        await using var looking = await fixture.OpenSuperuserAsync();
        await Polling.UntilAsync(
            async () => await looking.ScalarAsync<bool>(
                "select exists (select from pg_locks where locktype = 'advisory' and not granted and (classid::bigint << 32 | objid::bigint) = hashtextextended($1, 0))",
                [$"provider-account/{owner:n}/github"], default), Patience);
    }

    private async Task<(Guid Tenant, DeploymentRow Run)> BegunAsync(string state = "pending")
    {
        var (campaigns, tenant, campaign) = (new CampaignStore(fixture.Central), await fixture.AddTenantAsync(), fixture.NewId());
        var row = new CampaignRow
        {
            TenantId = tenant, CampaignId = campaign, Name = "Placed", State = "provisioning", CreatedAt = fixture.Time.Now,
            Settings = """{"providers":{"database":"local","repository":"github","site":"local"}}""",
        };
        var created = new AuditEvent(tenant, fixture.NewId(), fixture.Time.Now, campaign, "usr_test", "campaign.created", "test", null, null);
        var run = new DeploymentRow(
            tenant, fixture.NewId(), campaign, "provision", "running", false, null, [new StepRow(0, "create-repository", "pending", 0, "0011223344556677", null, null)]);
        (await campaigns.InsertAsync(row, [], null, created, default, (work, ct) => DeploymentStore.InsertAsync(work, run, fixture.Time.Now, ct)))
            .ShouldBe(CampaignWrite.Written);
        var mine = run with { Epoch = (await campaigns.TakeAsync(tenant, campaign, default)).ShouldNotBeNull().Epoch };
        await Deployments.SetStepAsync(mine, mine.Steps[0] with { State = state }, fixture.Time.Now, "info", "Begun.", default);
        return (tenant, mine);
    }
}
