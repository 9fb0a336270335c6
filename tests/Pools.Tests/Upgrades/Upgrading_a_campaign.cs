using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Upgrades;

/// <summary>
/// A campaign whose database stands at migration 0004, as the first version of the platform left it with entries in it, meets this version.
/// </summary>
[Collection(PoolServerCollection.Name)]
public sealed class Upgrading_a_campaign(PoolServer server)
{
    private static readonly string[] Tables =
        ["pool", "prize", "prize_day", "moment", "entrant", "entry", "consent", "journal", "pool_count", "terms", "audit"];

    private static CampaignSettings WithPrizes(CampaignSettings settings) => settings with
    {
        Pools =
        [
            new PoolSettings
            {
                Name = "Instant", Modes = ["moments"], Prizes = [new PrizeSettings { Name = "Mug", Stock = 5, DailyCap = 2 }],
                Moments = [new MomentSettings(PoolHost.Opens, "Mug"), new MomentSettings(PoolHost.Opens, "Mug"), new MomentSettings(PoolHost.Opens, "Mug")],
            },
        ],
    };

    [Fact]
    public async Task goes_on_with_its_entries_numbers_caps_and_answers()
    {
        TestCampaign campaign;
        EntryAnswer first;
        await using (var before = await server.StartHostAsync())
        {
            campaign = await before.AddCampaignAsync(WithPrizes);
            first = (await before.Pool(campaign).SubmitAsync(Sent.Entry("key-of-ann", "ann"))).Value!;
            await PutBackAsync(before, campaign);
        }

        await using var after = await server.StartHostAsync();
        PoolFacts.Bytes((await after.Pool(campaign).SubmitAsync(Sent.Entry("key-of-ann", "ann"))).Value!).ShouldBe(PoolFacts.Bytes(first));
        var second = (await after.Pool(campaign).SubmitAsync(Sent.Entry("key-of-bob", "bob"))).Value!;
        var third = (await after.Pool(campaign).SubmitAsync(Sent.Entry("key-of-eve", "eve"))).Value!;
        (first.Number, second.Number, third.Number).ShouldBe((1, 2, 3));
        (first.Outcome.Kind, second.Outcome.Kind, third.Outcome.Kind).ShouldBe(("prize", "prize", "none"), "two a day, the one before the upgrade included");
    }

    [Fact]
    public async Task asks_entries_to_come_again_while_it_lasts()
    {
        TestCampaign campaign;
        DatabaseRef old;
        await using (var before = await server.StartHostAsync())
        {
            campaign = await before.AddCampaignAsync(WithPrizes);
            old = await PutBackAsync(before, campaign);
        }

        await using var after = await server.StartHostAsync();
        await using var reader = await after.OpenAsync(campaign with { Database = old });
        await using (await reader.BeginTransactionAsync())
        {
            // Somebody reads for long: no table can be changed meanwhile.
            await reader.RunAsync("lock table entry in access share mode");
            await Should.ThrowAsync<StorageUnavailableException>(() => after.Pool(campaign).SubmitAsync(Sent.Entry("key-of-ann", "ann")));
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(300));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        Result<EntryAnswer>? answer = null;
        while (answer?.Value is null)
        {
            await ticks.WaitForNextTickAsync(limit.Token);
            try
            {
                answer = await after.Pool(campaign).SubmitAsync(Sent.Entry("key-of-ann", "ann"));
            }
            catch (StorageUnavailableException)
            {
                // Told to come again, which is what this does.
            }
        }

        answer.Value.Number.ShouldBe(1);
    }

    /// <summary>Gives the campaign a database as it was at migration 0004, with the rows that it has now as far as that knew them.</summary>
    private static async Task<DatabaseRef> PutBackAsync(PoolHost host, TestCampaign campaign)
    {
        var provider = host.Get<IDatabaseProvider>();
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var old = await provider.CreateAsync(new DatabaseRequest("cmp_" + nonce, nonce, nonce), default);
        await using var owner = new NpgsqlConnection(provider.OwnerConnectionString(old));
        await owner.OpenAsync();
        await owner.RunAsync("create table schema_migration (name text primary key, hash text not null, applied_at timestamptz not null)");
        foreach (var (name, sql) in OldMigrations())
        {
            await owner.RunAsync(sql);
            await owner.RunAsync("insert into schema_migration values ($1, $2, now())", name,
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql.ReplaceLineEndings("\n")))));
        }

        await using var now = await host.OpenAsync(campaign);
        foreach (var table in Tables)
        {
            foreach (var row in await now.ListAsync($"select to_jsonb(t)::text from \"{table}\" t", r => r.GetString(0)))
            {
                await owner.RunAsync($"insert into \"{table}\" select * from jsonb_populate_record(null::\"{table}\", $1::jsonb)", row);
            }
        }

        await owner.RunAsync($"grant select, insert, update, delete on all tables in schema public to {old.Role}");
        await host.Get<ISecrets>().PutAsync(
            Ids.Parse(Ids.Tenant, campaign.TenantId), campaign.Id, SecretNames.Database, provider.CampaignConnectionString(old, nonce), default);
        return old;
    }

    private static IEnumerable<(string Name, string Sql)> OldMigrations()
    {
        const string prefix = "PrizeDraw.Storage.Campaign.Migrations.";
        var assembly = typeof(CampaignConnections).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).Take(4))
        {
            using var text = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (name[prefix.Length..], text.ReadToEnd());
        }
    }
}
