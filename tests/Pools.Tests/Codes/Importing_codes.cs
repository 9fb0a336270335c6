using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Codes;

[Collection(PoolServerCollection.Name)]
public sealed class Importing_codes(PoolServer server)
{
    private static readonly Guid First = Guid.CreateVersion7(PoolHost.Noon), Second = Guid.CreateVersion7(PoolHost.Noon);

    [Fact]
    public async Task tells_which_lines_were_refused_and_why()
    {
        await using var host = await server.StartHostAsync();
        var (campaign, id, batch) = await NewAsync(host);
        string?[] lines = ["AMZ-0001-xyz", "AMZ0002", "", "amz 0002", "XYZ0003", "AMZ!", null, "AMZ000A", "AMZOOOA", "AMZ123456"];
        var report = (await batch.ImportAsync(Of(First, 0, true, lines))).Value.ShouldNotBeNull();
        (report.Lines, report.Accepted, report.Rejected, report.Finished).ShouldBe((10, 4, 6, true));
        report.Rejects.Select(r => (r.Line, r.Reason)).ShouldBe(
            [(3, "malformed"), (4, "duplicate"), (5, "prefix"), (6, "malformed"), (7, "malformed"), (9, "duplicate")]);

        var ready = await host.FindAsync(campaign, id);
        (ready.State, ready.Generated, ready.Count, ready.Pattern).ShouldBe(("ready", 4, 4, null));
        var shown = await ExportedAsync(host, campaign, id);
        shown.ShouldBe(["AMZ-0001-xyz", "AMZ0002", "AMZ000A", "AMZ123456"]);
        (await host.AuditAsync(campaign, "codes.imported")).ShouldBe(["codes.batch_created", "codes.imported"]);
    }

    [Fact]
    public async Task goes_on_where_it_was_cut_short()
    {
        string id;
        TestCampaign campaign;
        await using (var first = await server.StartHostAsync())
        {
            (campaign, id, var batch) = await NewAsync(first);
            (await batch.ImportAsync(Of(First, 0, false, Codes(1, 3_000)))).Value.ShouldNotBeNull().Accepted.ShouldBe(3_000);
            (await first.FindAsync(campaign, id)).State.ShouldBe("importing");
        }

        await using var host = await server.StartHostAsync();
        var again = host.Batch(campaign, id);
        (await again.ImportAsync(Of(First, 0, false, Codes(1, 2_000)))).Value.ShouldNotBeNull().Accepted.ShouldBe(3_000);
        (await again.ImportAsync(Of(First, 2_000, false, Codes(2_001, 2_000)))).Value.ShouldNotBeNull().Accepted.ShouldBe(4_000);
        var report = (await again.ImportAsync(Of(First, 4_000, true, Codes(4_001, 500)))).Value.ShouldNotBeNull();
        (report.Lines, report.Accepted, report.Rejected).ShouldBe((4_500, 4_500, 0));
        (await host.FindAsync(campaign, id)).Generated.ShouldBe(4_500);
        (await ExportedAsync(host, campaign, id)).Distinct().Count().ShouldBe(4_500);

        // Sent once more, it is answered as before.
        (await again.ImportAsync(Of(First, 0, true, Codes(1, 4_500)))).Value.ShouldNotBeNull().Accepted.ShouldBe(4_500);
        (await host.FindAsync(campaign, id)).Generated.ShouldBe(4_500);
    }

    [Fact]
    public async Task takes_no_other_file_for_the_same_import()
    {
        await using var host = await server.StartHostAsync();
        var (campaign, id, batch) = await NewAsync(host);
        await batch.ImportAsync(Of(First, 0, true, Codes(1, 100)));
        (await batch.ImportAsync(Of(First, 0, true, Codes(2, 100)))).Refusal.ShouldNotBeNull().Code.ShouldBe("idempotency.key_reused");
        (await batch.ImportAsync(Of(First, 0, true, Codes(1, 99)))).Refusal.ShouldNotBeNull().Code.ShouldBe("idempotency.key_reused");
        (await batch.ImportAsync(Of(First, 0, true, Codes(1, 101)))).Refusal.ShouldNotBeNull().Code.ShouldBe("idempotency.key_reused");
        (await batch.ImportAsync(Of(First, 0, true, []))).Refusal.ShouldNotBeNull().Code.ShouldBe("idempotency.key_reused");
        (await batch.ImportAsync(Of(First, 50, true, Codes(51, 50)))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.import_interrupted");
        (await host.FindAsync(campaign, id)).Generated.ShouldBe(100);

        var second = (await batch.ImportAsync(Of(Second, 0, true, Codes(51, 100)))).Value.ShouldNotBeNull();
        (second.Accepted, second.Rejected).ShouldBe((50, 50));
        (await host.FindAsync(campaign, id)).Generated.ShouldBe(150);
    }

    [Fact]
    public async Task keeps_a_thousand_rejects_and_counts_all()
    {
        await using var host = await server.StartHostAsync();
        var (_, _, batch) = await NewAsync(host);
        await batch.ImportAsync(Of(First, 0, false, [.. Enumerable.Repeat("nothing", 900)]));
        var report = (await batch.ImportAsync(Of(First, 900, true, [.. Enumerable.Repeat("nothing", 900)]))).Value.ShouldNotBeNull();
        (report.Rejected, report.Rejects.Length, report.Rejects[^1].Line).ShouldBe((1_800, 1_000, 1_000));
    }

    [Fact]
    public async Task is_for_batches_that_wait_for_a_file()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await host.AddCampaignAsync(s => s);
        var generated = host.NewBatch(campaign);
        await generated.CreateAsync(CodeFacts.Coupons("AMZ", 10));
        (await generated.ImportAsync(Of(First, 0, true, Codes(1, 1)))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.wrong_state");
        (await host.NewBatch(campaign).ImportAsync(Of(First, 0, true, Codes(1, 1)))).Refusal.ShouldNotBeNull().Code.ShouldBe("codes.not_found");
    }

    private static async Task<(TestCampaign Campaign, string Id, ICodeBatchGrain Batch)> NewAsync(PoolHost host)
    {
        var campaign = await host.AddCampaignAsync(s => s);
        var batch = host.NewBatch(campaign);
        var created = (await batch.CreateAsync(CodeFacts.Import("AMZ"))).Value.ShouldNotBeNull();
        created.State.ShouldBe("importing");
        return (campaign, created.Id, batch);
    }

    private static string?[] Codes(int first, int count) => [.. Enumerable.Range(first, count).Select(i => $"AMZ-{i:000000}")];

    private static ImportCodes Of(Guid import, long after, bool last, string?[] lines) => new(
        PoolHost.Manager, import, after, [.. lines.Select((text, i) => new ImportLine(after + 1 + i, text))], last);

    private static async Task<string[]> ExportedAsync(PoolHost host, TestCampaign campaign, string id)
    {
        var codes = ImmutableArray<ExportedCode>.Empty;
        await foreach (var page in host.Get<ICodeQueries>().ExportAsync(campaign.TenantId, campaign.Id, id, default))
        {
            codes = codes.AddRange(page);
        }

        return [.. codes.Select(c => c.Code)];
    }
}
