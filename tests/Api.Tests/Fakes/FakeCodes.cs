using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Batches of codes and API keys, in memory.</summary>
public sealed class FakeCodeStore
{
    public ConcurrentDictionary<string, (string Tenant, string Campaign, CodeBatchView View)> Batches { get; } = new();
    public ConcurrentDictionary<string, (ApiKeyView View, string SecretHash)> Keys { get; } = new();
    public ConcurrentQueue<CreateCodeBatch> Created { get; } = new();
    public ConcurrentQueue<ImportCodes> Imports { get; } = new();
    public ConcurrentQueue<RedeemCoupon> Redemptions { get; } = new();

    /// <summary>When set, every redemption is answered with this refusal.</summary>
    public Refusal? RedemptionsRefused { get; set; }

    /// <summary>What an export gives, page by page.</summary>
    public ImmutableArray<ImmutableArray<ExportedCode>> Pages { get; set; } = [];

    public CodeBatchView Add(CampaignView campaign, string kind, DateTimeOffset now)
    {
        var view = new CodeBatchView(
            Ids.New(Ids.CodeBatch, now), kind, "generated", "Free coffee", "CAFE", "CAFE-####-#####-#####", "ready", 10, 10, 2, 1, 0, now, null);
        Batches[view.Id] = (campaign.TenantId, campaign.Id, view);
        return view;
    }

    public ApiKeyView AddKey(string tenant, DateTimeOffset now, string secretHash, params string[] scopes)
    {
        var view = new ApiKeyView(Ids.New(Ids.ApiKey, now), tenant, "Tills", [.. scopes], now);
        Keys[view.Id] = (view, secretHash);
        return view;
    }
}

internal sealed class FakeCodeBatch(FakePlatform platform, string key) : ICodeBatchGrain
{
    private string Id => GrainKeys.Split(key)[2];

    public Task<Result<CodeBatchView>> CreateAsync(CreateCodeBatch command)
    {
        platform.Command();
        platform.Codes.Created.Enqueue(command);
        var ids = GrainKeys.Split(key);
        var view = new CodeBatchView(
            Id, command.Kind, command.Source, command.Name, command.Prefix, command.Pattern, command.Source == "generated" ? "generating" : "importing",
            command.Count, 0, 0, 0, 0, platform.Clock.GetUtcNow(), command.ExpiresAt);
        platform.Codes.Batches[Id] = (ids[0], ids[1], view);
        return Told(view);
    }

    public Task<Result<CodeBatchView>> ResumeAsync(ResumeCodeBatch command)
    {
        platform.Command();
        return Told(platform.Codes.Batches[Id].View);
    }

    public Task<Result<CodeImportView>> ImportAsync(ImportCodes command)
    {
        platform.Command();
        platform.Codes.Imports.Enqueue(command);
        var lines = platform.Codes.Imports.Where(i => i.ImportId == command.ImportId).SelectMany(i => i.Lines).ToArray();
        return Task.FromResult<Result<CodeImportView>>(new CodeImportView(
            Ids.Format(Ids.CodeImport, command.ImportId), lines.Length == 0 ? 0 : lines[^1].Number, lines.Length, 0, [], command.Last));
    }

    public Task<Result<RedemptionView>> RedeemAsync(RedeemCoupon command)
    {
        platform.Command();
        platform.Codes.Redemptions.Enqueue(command);
        return Task.FromResult<Result<RedemptionView>>(platform.Codes.RedemptionsRefused is { } refusal
            ? refusal
            : new RedemptionView(command.Code, platform.Clock.GetUtcNow(), Id, "Free coffee", "Coffee"));
    }

    public Task WakeAsync() => throw new NotSupportedException();

    private static Task<Result<CodeBatchView>> Told(CodeBatchView view) => Task.FromResult<Result<CodeBatchView>>(view);
}

internal sealed class FakeApiKey(FakePlatform platform, string key) : IApiKeyGrain
{
    public Task<Result<ApiKeyView>> CreateAsync(CreateApiKey command)
    {
        platform.Command();
        var ids = GrainKeys.Split(key);
        var view = new ApiKeyView(ids[1], ids[0], command.Name, command.Scopes, platform.Clock.GetUtcNow());
        platform.Codes.Keys[ids[1]] = (view, command.SecretHash);
        return Task.FromResult<Result<ApiKeyView>>(view);
    }

    public Task<Result<bool>> RevokeAsync(RevokeApiKey command)
    {
        platform.Command();
        return Task.FromResult<Result<bool>>(platform.Codes.Keys.TryRemove(GrainKeys.Split(key)[1], out _));
    }
}

internal sealed class FakeCodeQueries(FakePlatform platform) : ICodeQueries, ICodeRoutes, IApiKeyQueries
{
    public Task<Page<CodeBatchView>> ListAsync(string tenantId, string campaignId, string kind, int limit, string? cursor, CancellationToken ct) =>
        Read(() => FakePlatform.PageOf(
            platform.Codes.Batches.Values.Where(b => b.Campaign == campaignId && b.View.Kind == kind).Select(b => b.View).OrderByDescending(b => b.Id),
            limit, cursor));

    public Task<CodeBatchView?> FindAsync(string tenantId, string campaignId, string kind, string batchId, CancellationToken ct) => Read(() =>
        platform.Codes.Batches.TryGetValue(batchId, out var batch) && batch.Campaign == campaignId && batch.View.Kind == kind ? batch.View : null);

    public async IAsyncEnumerable<ImmutableArray<ExportedCode>> ExportAsync(
        string tenantId, string campaignId, string batchId, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var page in platform.Codes.Pages)
        {
            platform.Read();
            await Task.Yield();
            yield return page;
        }
    }

    public Task<ImmutableArray<CodeRoute>> FindAsync(Scope scope, string typed, CancellationToken ct) => Read(() =>
        platform.Codes.Batches.Values
            .Where(b => b.View.Kind == "coupon" && typed.StartsWith(b.View.Prefix, StringComparison.Ordinal) && (scope.All || scope.TenantIds.Contains(b.Tenant)))
            .OrderBy(b => b.View.Id).Select(b => new CodeRoute(b.Tenant, b.Campaign, b.View.Id, typed)).ToImmutableArray());

    public Task<Page<ApiKeyView>> ListAsync(Scope scope, string tenantId, int limit, string? cursor, CancellationToken ct) => Read(() =>
        FakePlatform.PageOf(platform.Codes.Keys.Values.Where(k => k.View.TenantId == tenantId).Select(k => k.View), limit, cursor));

    public Task<ApiKeyView?> FindAsync(Scope scope, string tenantId, string keyId, CancellationToken ct) => Read(() =>
        platform.Codes.Keys.TryGetValue(keyId, out var key) && key.View.TenantId == tenantId ? key.View : null);

    public Task<ApiKeyView?> FindBySecretAsync(string secretHash, CancellationToken ct) => Read(() =>
        platform.Codes.Keys.Values.Where(k => k.SecretHash == secretHash).Select(k => k.View).FirstOrDefault());

    private Task<T> Read<T>(Func<T> read)
    {
        platform.Read();
        return Task.FromResult(read());
    }
}
