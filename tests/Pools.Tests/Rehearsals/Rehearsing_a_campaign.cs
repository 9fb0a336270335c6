using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Rehearsals;

[Collection(PoolServerCollection.Name)]
public sealed class Rehearsing_a_campaign(PoolServer server)
{
    private static CampaignSettings WithPrizes(CampaignSettings settings) => settings with
    {
        Form = new EntryForm { MinimumAge = 18, Fields = [new FormField("favourite", "Your favourite city", Required: true)] },
        Limits = new Limits(EntriesPerEntrant: 2),
        Pools =
        [
            new PoolSettings
            {
                Name = "Instant",
                Modes = ["moments", "consolation"],
                Prizes =
                [
                    new PrizeSettings { Name = "Mug", Stock = 20, DailyCap = 3 },
                    new PrizeSettings { Name = "Sticker", Kind = "gift" },
                ],
                Moments = [new MomentSettings(Generate: new GenerateMoments("Mug", 20))],
            },
        ],
    };

    private static RunRehearsal Traffic(long entries, bool fresh = true) => new(PoolHost.Manager, entries, PerSecond: 5000, Fresh: fresh);

    [Fact]
    public async Task leaves_every_row_of_the_campaign_as_it_was()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithPrizes);
        await using var real = await host.OpenAsync(campaign);
        var before = await real.DumpAsync();

        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var run = await stage.RunAsync(Traffic(600));

        (run.State, run.Sent, run.Accepted + run.Refused).ShouldBe(("done", 600, 600));
        (await stage.RowsAsync(c => c.ScalarAsync<long>("select count(*) from entry"))).ShouldBe(run.Accepted);
        // Counters of refusals are written within some seconds; closing writes them at once.
        await stage.Pools[0].CloseAsync(new ClosePool(PoolHost.Manager, PoolHost.Closes));
        var refusals = await stage.RowsAsync(c => c.ListAsync("select what, n from pool_count where what like 'refused:%' order by 1", r => $"{r.GetString(0)} {r.GetInt64(1)}"));
        run.Refused.ShouldBeInRange(1, 60, string.Join(", ", refusals));
        (await stage.RowsAsync(c => c.ScalarAsync<long>("select allocated from prize where name = 'Mug'"))).ShouldBeInRange(1, 20);
        (await real.DumpAsync()).Order().ShouldBe(before.Order());
    }

    [Fact]
    public async Task goes_on_beside_the_real_thing()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s with { Limits = new Limits() });
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        for (var i = 1; i <= 5; i++)
        {
            (await stage.Pools[0].SubmitAsync(Sent.Entry($"rehearsed-{i}", $"ann{i}"))).Value!.Number.ShouldBe(i);
        }

        // Neither the key nor the limit nor the number of the rehearsed one counts here.
        var real = (await host.Pool(campaign).SubmitAsync(Sent.Entry("rehearsed-1", "ann1"))).Value!;
        real.Number.ShouldBe(1);
        real.Receipt.Pool.ShouldBe(campaign.PoolId());
    }

    [Fact]
    public async Task gives_receipts_that_cannot_pass_for_real_ones()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var answer = (await stage.Pools[0].SubmitAsync(Sent.Entry("rehearsed-1", "ann"))).Value!;
        answer.Receipt.Pool.ShouldBe($"{campaign.PoolId()}/{stage.Id}");
    }

    [Fact]
    public async Task takes_entries_before_the_opening_and_lets_the_first_one_win()
    {
        await using var host = await server.StartHostAsync();
        var opens = TimeProvider.System.GetUtcNow().AddDays(10);
        var campaign = await host.AddCampaignAsync(s => WithPrizes(s) with
        {
            OpensAt = opens, ClosesAt = opens.AddDays(30), Form = new EntryForm { MinimumAge = 0 },
        });
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var answer = await stage.Pools[0].SubmitAsync(Sent.Entry("by-hand-1", "ann", TimeProvider.System.GetUtcNow()));
        answer.Value!.Outcome.Prize!.Name.ShouldBe("Mug");
        (await host.Pool(campaign).SubmitAsync(Sent.Entry("by-hand-1", "ann", TimeProvider.System.GetUtcNow()))).Refusal!.Code.ShouldBe("campaign.not_open");
    }

    [Fact]
    public async Task has_secrets_and_moments_of_its_own()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithPrizes);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        await using var real = await host.OpenAsync(campaign);
        (await stage.RowsAsync(c => c.ScalarAsync<byte[]>("select secret_hash from pool")))
            .ShouldNotBe(await real.ScalarAsync<byte[]>("select secret_hash from pool"));
        var theirs = await real.ListAsync("select moment_id from moment", r => r.GetGuid(0));
        var ours = await stage.RowsAsync(c => c.ListAsync("select moment_id from moment", r => r.GetGuid(0)));
        (ours.Count, ours.Intersect(theirs).Count()).ShouldBe((20, 0));
    }

    [Fact]
    public async Task hands_out_and_takes_codes_of_its_own()
    {
        await using var host = await server.StartHostAsync();
        var (coupons, entryCodes) = (Guid.CreateVersion7(PoolHost.Noon), Guid.CreateVersion7(PoolHost.Noon));
        var campaign = await host.AddCampaignAsync(s => s with
        {
            Pools =
            [
                new PoolSettings
                {
                    Name = "Codes", Modes = ["guaranteed"], EntryCode = "required",
                    Prizes =
                    [
                        new PrizeSettings { Name = "Voucher", Kind = "gift", Mode = "guaranteed", Fulfilment = "coupon", CouponBatchId = Ids.Format("cpn", coupons) },
                    ],
                },
            ],
        });
        await using var real = await host.OpenAsync(campaign);
        foreach (var (batch, kind, prefix) in new[] { (coupons, "coupon", "WIN"), (entryCodes, "entry", "PACK") })
        {
            await real.RunAsync(
                """
                insert into code_batch (campaign_id, batch_id, kind, name, prefix, pattern, source, state, count, generated, created_at)
                values ($1, $2, $3, $4, $4, $4, 'generated', 'ready', 300, 300, $5)
                """, Ids.Parse(Ids.Campaign, campaign.Id), batch, kind, prefix, PoolHost.Noon);
            await real.RunAsync(
                "insert into code (campaign_id, batch_id, seq, code) select $1, $2, n, $3 || '00000000000000' || n from generate_series(1, 300) n",
                Ids.Parse(Ids.Campaign, campaign.Id), batch, prefix);
        }

        var before = await real.DumpAsync();
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var run = await stage.RunAsync(Traffic(400));
        run.Accepted.ShouldBeGreaterThan(290);
        var told = await stage.RowsAsync(c => c.ListAsync(
            "select c.code from code_taken t join code c using (campaign_id, batch_id, seq) join code_batch b using (campaign_id, batch_id) where b.kind = 'coupon'", r => r.GetString(0)));
        told.ShouldNotBeEmpty();
        told.ShouldAllBe(code => code.StartsWith("TEST", StringComparison.Ordinal));
        (await stage.RowsAsync(c => c.ScalarAsync<long>("select assigned from code_batch where kind = 'entry'"))).ShouldBe(run.Accepted);
        (await real.DumpAsync()).Order().ShouldBe(before.Order());
        var refused = await host.Pool(campaign).SubmitAsync(Sent.Entry("with-a-rehearsed-code", "ann") with { Code = told[0] });
        refused.Refusal!.Code.ShouldBe("entry.code_invalid");
    }

    [Fact]
    public async Task leaves_nothing_when_it_is_deleted()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithPrizes);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        await stage.RunAsync(Traffic(50));
        PoolHost.Accepted(await stage.Grain.DeleteAsync(new RehearsalCommand(PoolHost.Manager)));
        await stage.UntilAsync(view => view is null);

        await using var real = await host.OpenAsync(campaign);
        (await real.ListAsync("select nspname::text from pg_namespace where nspname like 'rehearsal%'", r => r.GetString(0))).ShouldBeEmpty();
        (await stage.Grain.RunAsync(Traffic(1))).Refusal!.Code.ShouldBe("rehearsal.not_found");
        await using var central = await host.OpenCentralAsync();
        (await central.ListAsync("select action from audit_event where subject = $1 order by at, event_id", r => r.GetString(0), stage.Id))
            .ShouldBe(["rehearsal.created", "rehearsal.run_started", "rehearsal.run_ended", "rehearsal.deleted"]);
    }

    [Fact]
    public async Task begins_anew_with_each_run_unless_it_is_to_go_on()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithPrizes);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var first = await stage.RunAsync(Traffic(100));
        var second = await stage.RunAsync(Traffic(80));
        (await stage.RowsAsync(c => c.ScalarAsync<long>("select last_number from pool"))).ShouldBe(second.Accepted);
        var third = await stage.RunAsync(Traffic(60, fresh: false));
        (await stage.RowsAsync(c => c.ScalarAsync<long>("select last_number from pool"))).ShouldBe(second.Accepted + third.Accepted);
        first.Sent.ShouldBe(100);
    }

    [Fact]
    public async Task sends_an_entry_once_however_often_a_crash_makes_it_send_again()
    {
        RehearsalStage stage;
        TestCampaign campaign;
        RehearsalRunView run;
        await using (var host = await server.StartHostAsync())
        {
            campaign = await host.AddCampaignAsync(WithPrizes);
            stage = await RehearsalStage.PrepareAsync(host, campaign);
            run = await stage.RunAsync(Traffic(400));

            // As a host leaves it that dies after its first turns.
            await using var central = await host.OpenCentralAsync();
            await central.RunAsync(
                "update rehearsal set run_state = 'running', run_sent = 0, run_accepted = 0, run_refused = 0, run_ended_at = null where rehearsal_id = $1",
                Ids.Parse(Ids.Rehearsal, stage.Id));
        }

        await using var next = await server.StartHostAsync();
        var again = stage.On(next);
        PoolHost.Accepted(await again.Grain.CreateAsync(new CreateRehearsal(PoolHost.Manager, new string('b', 64), PoolHost.Closes))); // Any call wakes it.
        var repeated = (await again.UntilAsync(view => view is { Run.State: not "running" }))!.Run!;
        (repeated.Sent, repeated.Accepted, repeated.Refused).ShouldBe((run.Sent, run.Accepted, run.Refused));
        (await again.RowsAsync(c => c.ScalarAsync<long>("select count(*) from entry"))).ShouldBe(run.Accepted);
    }

    [Fact]
    public async Task never_lends_a_rehearsals_connection_for_a_real_one()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var (one, two) = (await RehearsalStage.PrepareAsync(host, campaign), await RehearsalStage.PrepareAsync(host, campaign));
        var connections = host.Get<CampaignConnections>();
        string?[] which = [null, one.Id, two.Id];
        // More than there are connections, and no more: whoever waits for one does not wait for ever.
        await Parallel.ForEachAsync(Enumerable.Range(0, 600), new ParallelOptions { MaxDegreeOfParallelism = 24 }, async (i, _) =>
        {
            var rehearsal = which[i % 3];
            await using var lease = await connections.OpenAsync(campaign.TenantId, campaign.Id, rehearsal, default);
            var schema = await lease!.Connection.ScalarAsync<string>("select current_schema()::text || ' ' || current_setting('search_path')");
            var expected = rehearsal is null ? "public \"$user\", public" : $"rehearsal_{rehearsal["reh_".Length..]} rehearsal_{rehearsal["reh_".Length..]}";
            schema.ShouldBe(expected);

            // Even one whose user has bent the path comes back as it was lent.
            await lease.Connection.RunAsync("set search_path to pg_catalog");
        });
    }

    [Fact]
    public async Task tells_numbers_that_a_recount_of_its_entries_finds()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(WithPrizes);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var run = await stage.RunAsync(Traffic(2000));
        var stats = (await host.Get<ICampaignStatistics>().ReadAsync(
            new StatisticsQuery(campaign.TenantId, campaign.Id, stage.Id, campaign.Settings.TimeZone), default)).ShouldNotBeNull();

        stats.Totals.Entries.ShouldBe(run.Accepted);
        var days = await stage.RowsAsync(c => c.ListAsync(
            """
            select (entered_at at time zone 'Europe/London')::date, count(*), count(*) filter (where outcome = 'prize'), count(*) filter (where outcome = 'gift')
            from entry group by 1 order by 1
            """, r => (r.GetFieldValue<DateOnly>(0), r.GetInt64(1), r.GetInt64(2), r.GetInt64(3))));
        days.Count.ShouldBeGreaterThan(25, "a month of traffic");
        stats.ByDay.Select(d => (d.Day, d.Entries, d.Outcomes.Prize, d.Outcomes.Gift)).Where(d => d.Entries > 0).ShouldBe(days);
        stats.ByDay.Sum(d => d.Entrants).ShouldBe(await stage.RowsAsync(c => c.ScalarAsync<long>("select count(*) from entrant")));
        var mugs = await stage.RowsAsync(c => c.ListAsync(
            "select day, count(*) from entry e join prize p using (prize_id) where p.name = 'Mug' group by 1 order by 1",
            r => new PrizeDayCount(r.GetFieldValue<DateOnly>(0), r.GetInt64(1))));
        stats.ByPrize.Single(p => p.Prize.Name == "Mug").ByDay.ShouldBe(mugs);
    }

    [Fact]
    public async Task ends_by_itself_when_its_time_is_up()
    {
        TestCampaign campaign;
        RehearsalStage stage;
        await using (var host = await server.StartHostAsync())
        {
            campaign = await host.AddCampaignAsync(s => s);
            stage = await RehearsalStage.PrepareAsync(host, campaign);
        }

        await using (var away = await server.StartHostAsync())
        await using (var central = await away.OpenCentralAsync())
        {
            // A week passes.
            await central.RunAsync("update rehearsal set expires_at = now() - interval '1 minute' where rehearsal_id = $1", Ids.Parse(Ids.Rehearsal, stage.Id));
            (await central.RunAsync("update orleansreminderstable set starttime = starttime - interval '8 days' where grainid like $1", $"%{stage.Id}"))
                .ShouldBe(1);
        }

        await using var later = await server.StartHostAsync();
        await stage.On(later).UntilAsync(view => view is null);
        await using var real = await later.OpenAsync(campaign);
        (await real.ListAsync("select nspname::text from pg_namespace where nspname like 'rehearsal%'", r => r.GetString(0))).ShouldBeEmpty();
    }

    [Fact]
    public async Task comes_to_the_current_schema_with_the_platform()
    {
        TestCampaign campaign;
        RehearsalStage stage;
        await using (var before = await server.StartHostAsync())
        {
            campaign = await before.AddCampaignAsync(s => s);
            stage = await RehearsalStage.PrepareAsync(before, campaign);
            await using var real = await before.OpenAsync(campaign);
            // As an earlier platform would have left it.
            await real.RunAsync($"drop table {stage.Schema}.pool_hour; delete from {stage.Schema}.schema_migration where name >= '0005'; comment on schema {stage.Schema} is null");
            await real.RunAsync($"grant all on schema {stage.Schema} to public");
        }

        await using var after = await server.StartHostAsync();
        (await stage.On(after).Pools[0].SubmitAsync(Sent.Entry("key-of-ann", "ann"))).Value!.Number.ShouldBe(1);
        (await stage.On(after).RowsAsync(c => c.ScalarAsync<long>("select sum(n)::bigint from pool_hour where what = 'entries'"))).ShouldBe(1);
    }

    [Fact]
    public async Task is_refused_what_it_may_not_be()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var stage = await RehearsalStage.PrepareAsync(host, campaign);
        var refused = await stage.Grain.RunAsync(new RunRehearsal(
            PoolHost.Manager, 2_000_000, PerSecond: 6000, From: PoolHost.Opens.AddDays(-1), To: PoolHost.Closes.AddDays(1), Entrants: 0));
        refused.Refusal!.Code.ShouldBe("rehearsal.invalid");
        refused.Refusal.Errors!.Keys.ShouldBe(["entrants", "entries", "from", "perSecond", "to"]);
        await using (var central = await host.OpenCentralAsync())
        {
            await central.RunAsync("update campaign set state = 'closed' where campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id));
        }

        var late = new RehearsalStage(host, campaign);
        (await late.Grain.CreateAsync(new CreateRehearsal(PoolHost.Manager, new string('a', 64), TimeProvider.System.GetUtcNow().AddDays(1))))
            .Refusal!.Code.ShouldBe("campaign.wrong_state");
    }
}
