using System;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>Public files, keys and close-out facts in memory.</summary>
internal sealed class FakeEvidence(FakePlatform platform) : IPublicFiles, IDrawFiles, ISigningKeys, ICloseOutQueries, IReceiptQueries
{
    private readonly ConcurrentDictionary<(string Campaign, string Name), string> files = new();

    public string KeyId { get; set; } = "5f0c1d2e3a4b5c6d";

    public string PublicKey { get; set; } = "AAAA";

    public CloseOutView? CloseOut { get; set; }

    public ConcurrentDictionary<(string Campaign, string EntryRef), ReceiptView> Receipts { get; } = new();

    public void Publish(string campaignId, string name, string text) => files[(campaignId, name)] = text;

    public Task<PublicFile?> FindAsync(string tenantId, string campaignId, string name, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(files.TryGetValue((campaignId, name), out var text)
            ? new PublicFile(
                tenantId, campaignId, name, name.EndsWith(".jsonl", StringComparison.Ordinal) ? "application/jsonl" : "application/json",
                Encoding.UTF8.GetByteCount(text), Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), 1, platform.Clock.GetUtcNow())
            : null);
    }

    public async Task CopyAsync(PublicFile file, Stream destination, bool compressed, CancellationToken ct)
    {
        var bytes = Encoding.UTF8.GetBytes(files[(file.CampaignId, file.Name)]);
        if (!compressed)
        {
            await destination.WriteAsync(bytes, ct);
            return;
        }

        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        await destination.WriteAsync(packed.ToArray(), ct);
    }

    public Task<PublicFile?> CommitmentAsync(string tenantId, string campaignId, string drawId, CancellationToken ct) =>
        FindAsync(tenantId, campaignId, $"draw/{drawId}/commitment", ct);

    public Task<PublicFile?> CertificateAsync(string tenantId, string campaignId, string drawId, CancellationToken ct) =>
        FindAsync(tenantId, campaignId, $"draw/{drawId}/certificate", ct);

    public async Task<ImmutableArray<PublicFile>> CertificatesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<PublicFile>();
        foreach (var name in (string[])[$"draw/{drawId}/certificate/before", $"draw/{drawId}/certificate"])
        {
            if (await FindAsync(tenantId, campaignId, name, ct) is { } file)
            {
                found.Add(file);
            }
        }

        return found.ToImmutable();
    }

    public async Task<PublicDrawList?> EntriesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct) =>
        await FindAsync(tenantId, campaignId, $"draw/{drawId}/entries.jsonl", ct) is { } file
            ? new PublicDrawList(tenantId, campaignId, drawId, new string('a', 64), new string('b', 64), file.Bytes)
            : null;

    public async Task CopyEntriesAsync(PublicDrawList list, Stream destination, CancellationToken ct) =>
        await CopyAsync((await FindAsync(list.TenantId, list.CampaignId, $"draw/{list.DrawId}/entries.jsonl", ct))!, destination, false, ct);

    public Task<ImmutableArray<SigningKeyView>> ListAsync(CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult<ImmutableArray<SigningKeyView>>([new SigningKeyView(KeyId, PublicKey, platform.Clock.GetUtcNow(), null)]);
    }

    public Task<ReceiptView?> CheckAsync(string tenantId, string campaignId, GivenReceipt receipt, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(Receipts.TryGetValue((campaignId, receipt.EntryRef), out var view) ? view : null);
    }

    public Task<CloseOutView?> ReadAsync(string tenantId, string campaignId, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(CloseOut);
    }
}

internal sealed class FakeInstantEvidence(FakePlatform platform) : IInstantEvidenceGrain
{
    public Task StartAsync() => throw new NotSupportedException();

    public Task AwaitRoundAsync() => throw new NotSupportedException();

    public Task<Result<UnsealedMoments>> UnsealAsync(UnsealMoments command)
    {
        platform.Command();
        platform.Unsealings.Enqueue(command);
        return Task.FromResult<Result<UnsealedMoments>>(new UnsealedMoments(
            1, [new UnsealedMoment("mom_1", "prz_1", platform.Clock.GetUtcNow().AddDays(1))]));
    }
}
