using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests;

/// <content>What the tests do between two looks.</content>
public sealed partial class Reconciling
{
    /// <summary>A repository that this installation has made, as far as its mark tells; answers its name.</summary>
    private async Task<string> MarkedAsync(string name)
    {
        var mark = await TagAsync() + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        stage.GitHub.AddRepository(
            CloudStage.Owner, name, new Dictionary<string, string> { ["a"] = "b" }, description: $"Campaign site {name} prizedraw:{mark}");
        return name;
    }

    private async Task<string> TagAsync() => (await stage.Get<IIncarnation>().GetAsync(default)).Installation[..8];

    /// <summary>A campaign that was provisioned, and that nobody remembers.</summary>
    private async Task<string> OrphanedAsync()
    {
        var (id, slug) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        await SqlAsync("delete from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, id));
        return slug;
    }

    /// <summary>A day passes, and every account is compared.</summary>
    private async Task RunAsync()
    {
        await SqlAsync("update reconciliation_account set next_at = now() - interval '1 second', ran_at = null where provider <> 'local'");
        await Grain.WakeAsync();
        await RanAsync();
    }

    private Task RanAsync() => HoldsAsync(async () => (await TextsAsync(
        "select provider from reconciliation_account where provider <> 'local' and (asked_at is not null or next_at <= now() or ran_at is null)")).Count == 0);

    /// <summary>No deletion is begun and not done: a comparison that was under way already looked for those before.</summary>
    private Task FinishedAsync(string name) => HoldsAsync(async () =>
        (await TextsAsync("select name from reconciliation_finding where provider = 'github' and state = 'deleting' and starts_with(name, $1)", name)).Count == 0);

    private static Task HoldsAsync(Func<Task<bool>> holds) => Polling.UntilAsync(holds, TimeSpan.FromMinutes(3));

    private Task PassAsync(int days) => SqlAsync(
        $"update reconciliation_finding set first_seen_at = first_seen_at - interval '{days} days', last_seen_at = last_seen_at - interval '{days} days'");

    private async Task SwitchAsync(string provider, bool isOn) =>
        (await Grain.SwitchAsync(new SwitchDeletion(CloudStage.Admin, provider, isOn))).Refusal.ShouldBeNull();

    private async Task<ReconciledAccountView> AccountAsync(string provider) =>
        (await stage.Get<IReconciliationQueries>().AccountsAsync(default)).Single(a => a.Provider == provider);

    private string[] Left(string slug) => [.. stage.Left.Where(r => IsOf(slug, r.Split(' ')[1].Split('/')[^1]) && !r.StartsWith("build", StringComparison.Ordinal))];

    private static bool IsOf(string slug, string name) => slug.EndsWith('-')
        ? name.StartsWith(slug, StringComparison.Ordinal)
        : name == slug || name.StartsWith(string.Create(CultureInfo.InvariantCulture, $"cmp_{slug.Replace('-', '_')}_"), StringComparison.Ordinal);

    private async Task<string[]> FoundAsync(string slug, string? provider = null) => [.. await TextsAsync(
        """
        select provider || ' ' || kind || ' ' || state from reconciliation_finding
        where (starts_with(name, $1) or starts_with(name, 'cmp_' || replace($1, '-', '_') || '_')) and (right($1, 1) = '-' or name !~ ('^' || $1 || '[0-9]')) and ($2 = '' or provider = $2)
        order by 1
        """, slug, provider ?? "")];

    private async Task<string> IdAsync(string provider, string name) => Ids.Format(Ids.Finding, Guid.Parse((await TextsAsync(
        "select finding_id::text from reconciliation_finding where provider = $1 and name = $2 and state not in ('deleted', 'resolved')", provider, name)).Single()));

    private Task SqlAsync(string sql, params object[] values) => TextsAsync(sql, values);

    private async Task<List<string>> TextsAsync(string sql, params object[] values)
    {
        await using var central = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(stage.Superuser) { Database = "platform", Pooling = false }.ConnectionString);
        await central.OpenAsync();
        await using var command = new NpgsqlCommand(sql, central);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
