using PrizeDraw.TestKit;
using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>An entry that was acknowledged.</summary>
/// <param name="CountsAt">When it was received, for one that was keyed in; when it entered, for a site's.</param>
internal sealed record Acknowledged(EntryAnswer Answer, DateTimeOffset CountsAt, int Pool);

/// <summary>A campaign of four weeks with a draw each, and what an outsider knows of it: the answers to entries and the published lists.</summary>
internal sealed class WeeklyCampaign(PoolHost host, TestCampaign campaign)
{
    public const int Weeks = 4;

    public static readonly TimeSpan Week = (PoolHost.Closes - PoolHost.Opens) / Weeks;

    private readonly List<Acknowledged> _acknowledged = [];
    private readonly HashSet<string> _excluded = [];

    public TestCampaign Campaign => campaign;

    public IReadOnlyList<Acknowledged> All => _acknowledged;

    public static async Task<WeeklyCampaign> AddAsync(PoolHost host, int pools, int tickets = 1)
    {
        var draws = Enumerable.Range(0, Weeks).Select(w => new DrawSettings
        {
            Id = Ids.New(Ids.Draw, PoolHost.Noon), Name = $"Week {w + 1}", Prizes = [new DrawPrize("Mug")], From = StartOf(w), Until = StartOf(w + 1),
        }).ToImmutableArray();
        var campaign = await host.AddCampaignAsync(s => s with
        {
            Draw = draws[0], FurtherDraws = draws[1..],
            Pools = [.. Enumerable.Range(0, pools).Select(i => new PoolSettings { Name = $"Pool {i}", Tickets = tickets })],
        });
        var weekly = new WeeklyCampaign(host, campaign);
        await using var database = await host.OpenAsync(campaign);
        foreach (var draw in draws)
        {
            await database.RunAsync(
                """
                insert into draw (campaign_id, draw_id, name, state, level, rule, prizes, reserves, from_at, until_at, freeze_at, rules, rules_hash, secret, secret_hash)
                values ($1, $2, $3, 'planned', 'committed', 'one-per-person', '[]', 0, $4, $5, $5, '{}', '\x00', '\x00', $6)
                """, Ids.Parse(Ids.Campaign, campaign.Id), Ids.Parse(Ids.Draw, draw.Id!), draw.Name, draw.From, draw.Until,
                Ids.Parse(Ids.Draw, draw.Id!).ToByteArray());
        }

        return weekly;
    }

    public static DateTimeOffset StartOf(int week) => PoolHost.Opens + (week * Week);

    public DrawSettings Draw(int week) => campaign.Settings.AllDraws()[week];

    /// <summary>Sends an entry, and remembers the answer of one that was taken. The refusal's code, or null.</summary>
    public async Task<string?> EnterAsync(int pool, string key, string person, DateTimeOffset receivedAt, bool keyed)
    {
        var entry = Sent.Entry(key, person, receivedAt);
        entry = keyed ? entry with { Channel = "post", FreeRoute = true, KeyedBy = PoolHost.Manager } : entry;

        // An activation that broke is on its way out.
        var result = await Polling.UntilAsync(
            () => host.Pool(campaign, pool).SubmitAsync(entry), r => r.Refusal is not { Code: "storage.unavailable" }, TimeSpan.FromMinutes(2));
        if (result.Value is { } answer)
        {
            lock (_acknowledged)
            {
                _acknowledged.Add(new Acknowledged(answer, keyed ? receivedAt : answer.EnteredAt, pool));
            }
        }

        return result.Refusal?.Code;
    }

    /// <summary>Leaves an entry out, and remembers it where that was done. The refusal's code, or null.</summary>
    public async Task<string?> ExcludeAsync(Acknowledged entry)
    {
        var result = await host.Get<IGrainFactory>().GetGrain<IEntryEligibilityGrain>(GrainKeys.Campaign(campaign.TenantId, campaign.Id))
            .ExcludeAsync(new ExcludeEntry(PoolHost.Manager, entry.Answer.EntryId, "duplicate", null, null, TellEntrant: false));
        lock (_excluded)
        {
            _ = result.Refusal is null && _excluded.Add(entry.Answer.Receipt.EntryRef);
        }

        return result.Refusal?.Code;
    }

    /// <summary>Freezes every pool for a week's draw, as its grain does, and stores that it is frozen.</summary>
    public async Task<Dictionary<Guid, long>> FreezeAsync(int week)
    {
        var numbers = new Dictionary<Guid, long>();
        for (var i = 0; i < campaign.Settings.Pools.Length; i++)
        {
            var last = await host.Pool(campaign, i).FreezeAsync(new FreezePool(Actor.System, StartOf(week + 1)));
            numbers.Add(Ids.Parse(Ids.Pool, campaign.PoolId(i)), last.Value);
        }

        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync(
            "update draw set state = 'frozen', last_numbers = $2::jsonb where draw_id = $1", Ids.Parse(Ids.Draw, Draw(week).Id!), JsonSerializer.Serialize(numbers));
        return numbers;
    }

    public async Task CloseAsync()
    {
        for (var i = 0; i < campaign.Settings.Pools.Length; i++)
        {
            (await host.Pool(campaign, i).CloseAsync(new ClosePool(Actor.System, PoolHost.Closes))).Refusal.ShouldBeNull();
        }
    }

    public async Task<SealedDrawList> ListAsync(int week, Dictionary<Guid, long> numbers) => await host.Get<DrawListBuilder>().BuildAsync(
        DrawListAddress.Parse(campaign.TenantId, campaign.Id, Draw(week).Id!), new DrawListFreeze(Draw(week).From, Draw(week).Until, numbers), default);

    /// <summary>The list's lines: for each entry its tickets, or the reason for which it is excluded.</summary>
    public async Task<Dictionary<string, (int Tickets, string? Excluded)>> LinesAsync(SealedDrawList list)
    {
        using var text = new MemoryStream();
        await host.Get<DrawLists>().CopyJsonLinesAsync(list, text, default);
        var lines = new Dictionary<string, (int, string?)>();
        foreach (var line in System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var entry = json.RootElement;
            lines.Add(
                entry.GetProperty("entryRef").GetString()!,
                (entry.TryGetProperty("tickets", out var tickets) ? tickets.GetInt32() : 0,
                    entry.TryGetProperty("excluded", out var excluded) ? excluded.GetString() : null));
        }

        return lines;
    }

    /// <summary>Each acknowledged entry stands in its week's list and, but for the period, in no other; lists hold nothing else; counts add up.</summary>
    public async Task HoldsAsync(Dictionary<Guid, long>[] numbers)
    {
        for (var week = 0; week < Weeks; week++)
        {
            var list = await ListAsync(week, numbers[week]);
            var lines = await LinesAsync(list);
            (list.Eligible + list.Excluded).ShouldBe(numbers[week].Values.Sum());
            ((long)lines.Count).ShouldBe(list.Eligible + list.Excluded);
            var counted = lines.Where(l => l.Value.Excluded != "outside-period").Select(l => l.Key);
            var covered = _acknowledged.Where(a => a.CountsAt >= StartOf(week) && a.CountsAt < StartOf(week + 1)).Select(a => a.Answer.Receipt.EntryRef);
            counted.ShouldBe(covered, ignoreOrder: true, $"week {week + 1}");
            lines.Where(l => l.Value.Excluded == "duplicate").Select(l => l.Key).ShouldBe(covered.Where(_excluded.Contains), ignoreOrder: true);
        }

        for (var pool = 0; pool < campaign.Settings.Pools.Length; pool++)
        {
            var taken = _acknowledged.Where(a => a.Pool == pool).OrderBy(a => a.Answer.Number).ToArray();
            taken.Select(a => a.Answer.Number).ShouldBe(Enumerable.Range(1, taken.Length).Select(n => (long)n));
            taken.Select(a => a.Answer.EnteredAt).ShouldBeInOrder();
        }
    }
}
