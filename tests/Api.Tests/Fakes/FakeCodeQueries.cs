using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeCodeQueries(FakePlatform platform) : ICodeQueries
{
    public Task<Page<CodeBatchView>> ListAsync(string tenantId, string campaignId, string kind, int limit, string? cursor, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(FakePlatform.PageOf(Of(campaignId).Where(batch => batch.Kind == kind), limit, cursor));
    }

    public Task<CodeBatchView?> FindAsync(string tenantId, string campaignId, string kind, string batchId, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(Of(campaignId).FirstOrDefault(batch => batch.Kind == kind && batch.Id == batchId));
    }

    public async IAsyncEnumerable<ImmutableArray<ExportedCode>> ExportAsync(
        string tenantId, string campaignId, string batchId, [EnumeratorCancellation] CancellationToken ct)
    {
        await Task.CompletedTask;
        platform.Read();
        yield return [new ExportedCode("WIN-2345-6789", "available", null, null, null, null)];
    }

    private ImmutableArray<CodeBatchView> Of(string campaignId) => platform.CodeBatches.GetValueOrDefault(campaignId, []);
}
