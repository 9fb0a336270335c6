using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Campaign.Reading;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Campaigns;

[Collection(CentralCollection.Name)]
public sealed class Reading_campaign_data(CentralFixture fixture)
{
    private readonly ICampaignDataQueries _queries = fixture.Get<ICampaignDataQueries>();
    private readonly Guid _campaign = fixture.NewId();
    private readonly Guid _pool = fixture.NewId();
    private readonly Guid _mug = fixture.NewId();
    private Guid _tenant;

    private string Tenant => Ids.Format(Ids.Tenant, _tenant);

    private string Campaign => Ids.Format(Ids.Campaign, _campaign);

    private string Pool => Ids.Format(Ids.Pool, _pool);

    [Fact]
    public async Task finds_nothing_before_provisioning()
    {
        _tenant = await fixture.AddTenantAsync();
        (await _queries.StatsAsync(Tenant, Campaign, default)).ShouldBeNull();
        (await _queries.PrizeCountsAsync(Tenant, Campaign, null, default)).ShouldBeEmpty();
        (await _queries.MomentsAsync(Tenant, Campaign, Pool, 10, default)).Total.ShouldBe(0);
        (await _queries.EntriesAsync(Tenant, Campaign, true, 10, null, default)).Items.ShouldBeEmpty();
        (await _queries.DrawsAsync(Tenant, Campaign, true, default)).ShouldBeEmpty();
        (await _queries.PublishedWinnersAsync(Tenant, Campaign, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task adds_up_the_counters_of_all_pools()
    {
        await ProvisionAsync();
        foreach (var pool in new[] { _pool, fixture.NewId() })
        {
            foreach (var (what, n) in new[] { ("entries", 5L), ("entrants", 4), ("outcome:prize", 2), ("outcome:none", 3), ("refused:entry.under_age", 7) })
            {
                await RunAsync("insert into pool_count values ($1, $2, $3, $4)", _campaign, pool, what, n);
            }
        }

        var stats = (await _queries.StatsAsync(Tenant, Campaign, default)).ShouldNotBeNull();
        (stats.Entries, stats.Entrants).ShouldBe((10, 8));
        stats.Outcomes.ShouldBe(new OutcomeCounts(4, 0, 6));
        stats.Refusals.ShouldHaveSingleItem().ShouldBe(new("entry.under_age", 14));
        var mug = stats.Prizes.ShouldHaveSingleItem();
        (mug.Name, mug.Stock, mug.Allocated, mug.Remaining).ShouldBe(("Mug", 10L, 3L, 7L));
    }

    [Fact]
    public async Task tells_past_moments_and_only_counts_those_to_come()
    {
        await ProvisionAsync();
        var now = fixture.Time.Now;
        await MomentAsync(now.AddHours(-2), claimed: true);
        await MomentAsync(now.AddHours(-1), claimed: false);
        await MomentAsync(now.AddHours(1), claimed: false);

        var moments = await _queries.MomentsAsync(Tenant, Campaign, Pool, 10, default);
        (moments.Total, moments.Claimed, moments.Waiting).ShouldBe((3, 1, 1));
        moments.Past.Select(moment => (moment.At, moment.Claimed)).ShouldBe([(now.AddHours(-1), false), (now.AddHours(-2), true)]);
        (await _queries.MomentsAsync(Tenant, Campaign, Pool, 1, default)).Past.ShouldHaveSingleItem().Claimed.ShouldBeFalse();
    }

    [Fact]
    public async Task shows_persons_only_to_whoever_may_see_them()
    {
        await ProvisionAsync();
        await EntryAsync(1, "Ann", "Smith");
        await EntryAsync(2, "Bob", "Jones");

        var all = await _queries.EntriesAsync(Tenant, Campaign, personal: true, 50, null, default);
        all.Items.Select(entry => entry.FirstName).ShouldBe(["Bob", "Ann"]);
        all.Items[0].Prize.ShouldBe("Mug");
        var hidden = await _queries.EntriesAsync(Tenant, Campaign, personal: false, 50, null, default);
        hidden.Items.ShouldAllBe(entry => entry.Email == null && entry.FirstName == null && entry.LastName == null && entry.County == null);

        var first = await _queries.EntriesAsync(Tenant, Campaign, true, 1, null, default);
        var second = await _queries.EntriesAsync(Tenant, Campaign, true, 1, first.NextCursor, default);
        second.Items.ShouldHaveSingleItem().Number.ShouldBe(1);
        second.NextCursor.ShouldBeNull();
    }

    [Fact]
    public async Task shows_winners_to_the_public_once_published_and_shortened()
    {
        await ProvisionAsync();
        var (winner, reserve) = (await EntryAsync(1, "Ann", "Smith"), await EntryAsync(2, "Bob", "Jones"));
        var draw = await DrawAsync(winner, reserve);

        (await _queries.PublishedWinnersAsync(Tenant, Campaign, default)).ShouldBeEmpty();
        var provisional = (await _queries.DrawsAsync(Tenant, Campaign, personal: true, default)).ShouldHaveSingleItem();
        provisional.Prizes.ShouldBe(["Weekend", "Weekend"]);
        provisional.Winners.Select(won => (won.Position, won.Role, won.Name, won.State)).ShouldBe(
            [(1, "winner", "Ann Smith", "provisional"), (2, "reserve", "Bob Jones", "provisional")]);
        (await _queries.DrawsAsync(Tenant, Campaign, personal: false, default))[0].Winners
            .ShouldAllBe(won => won.Name == null && won.Email == null && won.County == null);

        await RunAsync("update draw set state = 'completed', published_at = $2 where draw_id = $1", draw, fixture.Time.Now);
        await RunAsync("update winner set state = 'published' where draw_id = $1", draw);
        var published = (await _queries.PublishedWinnersAsync(Tenant, Campaign, default)).ShouldHaveSingleItem();
        published.Winners.ShouldHaveSingleItem().ShouldBe(new PublishedWinner(1, "A. Smith", "West Yorkshire", "Weekend"));

        await RunAsync("update draw set state = 'void' where draw_id = $1", draw);
        (await _queries.PublishedWinnersAsync(Tenant, Campaign, default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Ann", "Smith", "A. Smith")]
    [InlineData(" élise ", " Dupont ", "É. Dupont")]
    [InlineData(null, "Smith", "Smith")]
    [InlineData("Ann", null, "A.")]
    [InlineData(null, " ", "Name withheld")]
    public void never_tells_more_of_a_first_name_than_its_initial(string? first, string? last, string shortened) =>
        DrawReads.Shortened(first, last).ShouldBe(shortened);

    private async Task ProvisionAsync()
    {
        _tenant = await fixture.AddTenantAsync();
        await fixture.AddCampaignDatabaseAsync(_tenant, Campaign);
        await RunAsync(
            """
            insert into pool (campaign_id, pool_id, ordinal, name, modes, secret, secret_hash) values ($1, $2, 0, 'Instant', '{moments}', '', '')
            """, _campaign, _pool);
        await RunAsync(
            """
            insert into prize (campaign_id, prize_id, pool_id, ordinal, name, kind, mode, stock, allocated, fulfilment)
            values ($1, $2, $3, 0, 'Mug', 'prize', 'moments', 10, 3, 'none')
            """, _campaign, _mug, _pool);
    }

    private async Task MomentAsync(DateTimeOffset at, bool claimed)
    {
        var id = fixture.NewId();
        var sealedTime = fixture.Get<MomentSeal>().Seal(new MomentId(id), at, new Bytes32(new byte[32]));
        await RunAsync(
            """
            insert into moment (campaign_id, moment_id, pool_id, prize_id, sealed, chosen, awarded_number, awarded_at, due_at)
            values ($1, $2, $3, $4, $5, true, $6::bigint, $7::timestamptz, $8::timestamptz)
            """, _campaign, id, _pool, _mug, sealedTime, claimed ? 1L : null, claimed ? at : null, claimed ? at : null);
    }

    private async Task<Guid> EntryAsync(long number, string first, string last)
    {
        var (entrant, entry) = (fixture.NewId(), fixture.NewId());
        await RunAsync(
            """
            insert into entrant (campaign_id, entrant_id, identity, person_key, email, first_name, last_name, county, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, 'West Yorkshire', $8)
            """, _campaign, entrant, entrant.ToByteArray(), new byte[32], $"{first}@example.com", first, last, fixture.Time.Now);
        await RunAsync(
            """
            insert into entry (campaign_id, pool_id, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version,
              outcome, prize_id, told, batch, path)
            values ($1, $2, $3, $4, $5, $6, '', $7, '2026-12-01', 1, 'prize', $8, '{}', 1, '')
            """, _campaign, _pool, number, entry, entrant, entry.ToString(), fixture.Time.Now, _mug);
        return entry;
    }

    private async Task<Guid> DrawAsync(Guid winner, Guid reserve)
    {
        var draw = fixture.NewId();
        await RunAsync(
            """
            insert into draw (campaign_id, draw_id, name, state, level, rule, prizes, reserves, freeze_at, rules, rules_hash, secret, secret_hash)
            values ($1, $2, 'Final', 'drawn', 'committed', 'one-per-person', '[{"name":"Weekend","quantity":2}]', 1, $3, '{}', '', '', '')
            """, _campaign, draw, fixture.Time.Now);
        foreach (var (position, role, entry) in new[] { (1, "winner", winner), (2, "reserve", reserve) })
        {
            await RunAsync(
                """
                insert into winner (campaign_id, draw_id, position, role, prize, entry_id, entry_ref, state)
                values ($1, $2, $3, $4, $5::text, $6, $7, 'provisional')
                """, _campaign, draw, position, role, role == "winner" ? "Weekend" : null, entry, entry.ToString("n"));
        }

        return draw;
    }

    private async Task RunAsync(string sql, params object?[] values)
    {
        await using var lease = await fixture.Get<CampaignConnections>().OpenAsync(Tenant, Campaign, default);
        await lease!.Connection.RunAsync(sql, values, default);
    }
}
