using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Storage.Central.Reconciliation;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <content>However many there are.</content>
public sealed partial class Reconciling
{
    [Fact]
    public async Task leaves_nobody_out_where_there_are_more_accounts_than_are_read_at_once()
    {
        const string many = "md5('reconciled ' || n)::uuid";
        try
        {
            await SqlAsync($"insert into reconciliation_account (tenant_id, provider, next_at, ran_at) select {many}, p, now() + interval '30 days', now() from generate_series(1, 1100) n, unnest(array['github', 'vercel']) p");
            await SqlAsync($"insert into provider_account (tenant_id, provider, token, settings, updated_at) select {many}, 'github', '', '{{}}', now() from generate_series(1, 2100) n");
            var accounts = await stage.Get<IReconciliationQueries>().AccountsAsync(default);
            accounts.Length.ShouldBe(int.Parse((await TextsAsync("select count(*)::text from reconciliation_account")).Single(), System.Globalization.CultureInfo.InvariantCulture));
            accounts.Select(a => (a.TenantId, a.Provider)).Distinct().Count().ShouldBe(accounts.Length);
            accounts[0].TenantId.ShouldBeNull("the platform's come first");
            var owners = await stage.Get<KnownParts>().OwnersAsync(default);
            (owners.Length, owners.Distinct().Count()).ShouldBe((2101, 2101), "these and the platform");
        }
        finally
        {
            await SqlAsync($"delete from reconciliation_account where tenant_id in (select {many} from generate_series(1, 2100) n)");
            await SqlAsync($"delete from provider_account where tenant_id in (select {many} from generate_series(1, 2100) n)");
        }
    }

    [Fact]
    public async Task comes_to_the_end_of_all_deletions_that_were_begun_however_many()
    {
        await SwitchAsync("github", false);
        await SqlAsync(
            $"""
            insert into reconciliation_finding (tenant_id, finding_id, provider, part, kind, state, key, name, marked_as, nonce, detail, first_seen_at, last_seen_at, state_at)
            select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'github', 'repository', 'orphan', 'deleting', 'begun ' || n, 'begun-many-' || n, 'begun-many-' || n,
              left(md5('begun ' || n), 16), '', now(), now(), now() from generate_series(1, {ReconciliationStore.DeletingMax + 1}) n
            """);
        try
        {
            // Each is put back, since deletion is off.
            await Grain.WakeAsync();
            await HoldsAsync(async () => (await TextsAsync("select name from reconciliation_finding where state = 'deleting'")).Count == 0);
        }
        finally
        {
            await SqlAsync("delete from reconciliation_finding where starts_with(name, 'begun-many-')");
        }
    }
}
