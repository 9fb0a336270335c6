using System;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Codes;

/// <summary>Batches of codes as tests make them and look at them.</summary>
internal static class CodeFacts
{
    public static CreateCodeBatch Coupons(string prefix, long count, DateTimeOffset? expiresAt = null) =>
        new(PoolHost.Manager, "coupon", "generated", "Vouchers", count, prefix, null, expiresAt);

    public static CreateCodeBatch Import(string prefix, string kind = "coupon") => new(PoolHost.Manager, kind, "imported", "Bought", 0, prefix, null, null);

    public static ICodeBatchGrain NewBatch(this PoolHost host, TestCampaign campaign) =>
        host.Batch(campaign, Ids.New(Ids.CodeBatch, TimeProvider.System.GetUtcNow()));

    public static ICodeBatchGrain Batch(this PoolHost host, TestCampaign campaign, string id) =>
        host.Get<IGrainFactory>().GetGrain<ICodeBatchGrain>(GrainKeys.CodeBatch(campaign.TenantId, campaign.Id, id));

    public static async Task<CodeBatchView> FindAsync(this PoolHost host, TestCampaign campaign, string id, string kind = "coupon") =>
        (await host.Get<ICodeQueries>().FindAsync(campaign.TenantId, campaign.Id, kind, id, default)).ShouldNotBeNull();

    /// <summary>Reads the batch until it is as asked, for five minutes at most.</summary>
    public static Task<CodeBatchView> WaitForAsync(
        this PoolHost host, TestCampaign campaign, string id, Func<CodeBatchView, bool> asked, string kind = "coupon") =>
        Polling.UntilAsync(() => host.FindAsync(campaign, id, kind), asked, TimeSpan.FromMinutes(5));

    /// <summary>So many codes stand there, numbered without gaps, each once, each with its prefix and its check character.</summary>
    public static async Task ItHasExactlyAsync(this PoolHost host, TestCampaign campaign, string batchId, long count, string canonicalPrefix)
    {
        await using var database = await host.OpenAsync(campaign);
        var batch = Ids.Parse(Ids.CodeBatch, batchId);
        (await database.ListAsync(
            "select count(*), count(distinct code), count(distinct seq), min(seq), max(seq) from code where batch_id = $1",
            r => Enumerable.Range(0, 5).Select(r.GetInt64).ToArray(), batch)).ShouldHaveSingleItem().ShouldBe([count, count, count, 1, count]);
        (await database.ScalarAsync<long>("select generated from code_batch where batch_id = $1", batch)).ShouldBe(count);
        (await database.ListAsync("select code from code where batch_id = $1", r => r.GetString(0), batch))
            .ShouldAllBe(code => code.StartsWith(canonicalPrefix, StringComparison.Ordinal) && Domain.Codes.CodeCheck.Holds(code));
    }

    /// <summary>Puts codes 1 to <paramref name="last"/> into entrants' hands, as an entry's transaction does.</summary>
    public static async Task AssignAsync(this PoolHost host, TestCampaign campaign, string batchId, long last)
    {
        await using var database = await host.OpenAsync(campaign);
        await database.RunAsync(
            """
            with taken as (
              insert into code_taken (campaign_id, batch_id, seq, pool_id, number, at)
              select campaign_id, batch_id, seq, $2, seq, now() from code where batch_id = $1 and seq <= $3 returning seq)
            update code_batch set assigned = assigned + (select count(*) from taken) where batch_id = $1
            """, Ids.Parse(Ids.CodeBatch, batchId), Ids.Parse(Ids.Pool, campaign.PoolId()), last);
    }

    public static async Task<string> CodeAsync(this PoolHost host, TestCampaign campaign, string batchId, long seq)
    {
        await using var database = await host.OpenAsync(campaign);
        return await database.ScalarAsync<string>("select code from code where batch_id = $1 and seq = $2", Ids.Parse(Ids.CodeBatch, batchId), seq);
    }

    /// <summary>What the audit log says of codes, once it says this: what a batch does by itself comes over after it was done.</summary>
    public static async Task<string[]> AuditAsync(this PoolHost host, TestCampaign campaign, string last)
    {
        await using var central = await host.OpenCentralAsync();
        return [.. await Polling.UntilAsync(
            () => central.ListAsync(
                "select action from audit_event where campaign_id = $1 and action like 'codes.%' order by event_id", r => r.GetString(0),
                Ids.Parse(Ids.Campaign, campaign.Id)),
            actions => actions.Contains(last), TimeSpan.FromSeconds(120), actions => Task.FromResult(string.Join(", ", actions)))];
    }
}
