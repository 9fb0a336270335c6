using System;
using System.Collections.Immutable;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.Storage.Central.Evidence;

namespace PrizeDraw.Storage.Central.Draws;

/// <summary>
/// Publishes the commitments and certificates of draws, where they outlive the campaign's database, and reads what stands on them. A
/// certificate that is issued again, after something happened, is another file: none is ever changed.
/// </summary>
public sealed class DrawFiles(CentralDatabase central, PublicFiles files, DrawLists.DrawLists lists) : IDrawFiles
{
    private const string Json = "application/json";

    /// <summary>Publishes the commitment. Published already: nothing happens.</summary>
    public Task PutCommitmentAsync(DrawListAddress address, byte[] document, CancellationToken ct) =>
        files.PutAsync(address.Tenant, address.Campaign, Commitment(address.DrawId), Json, document, ct);

    /// <summary>Publishes the plan; the campaign that is published with it fixes it. Fixed already: nothing happens.</summary>
    public Task PutPlanAsync(DrawListAddress address, byte[] document, CancellationToken ct) =>
        files.PutDraftAsync(address.Tenant, address.Campaign, PublicFileNames.Plan(address.DrawId), Json, document, ct);

    /// <summary>The plan as it is published; null where there is none.</summary>
    public async Task<byte[]?> ReadPlanAsync(DrawListAddress address, CancellationToken ct)
    {
        if (await files.FindAsync(address.TenantId, address.CampaignId, PublicFileNames.Plan(address.DrawId), ct) is not { } file)
        {
            return null;
        }

        using var content = new MemoryStream();
        await files.CopyAsync(file, content, compressed: false, ct);
        return content.ToArray();
    }

    /// <summary>Publishes the certificate that holds so many events. Published already: nothing happens.</summary>
    public Task PutCertificateAsync(DrawListAddress address, int events, byte[] document, CancellationToken ct) =>
        files.PutAsync(address.Tenant, address.Campaign, Certificates(address.DrawId) + events.ToString("D9", CultureInfo.InvariantCulture), Json, document, ct);

    /// <inheritdoc />
    public Task<PublicFile?> CommitmentAsync(string tenantId, string campaignId, string drawId, CancellationToken ct) =>
        files.FindAsync(tenantId, campaignId, Commitment(drawId), ct);

    /// <inheritdoc />
    public async Task<PublicFile?> CertificateAsync(string tenantId, string campaignId, string drawId, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        await using var work = await central.ReadAsync([tenant], ct);
        var name = await work.Connection.ScalarAsync<string>(
            """
            select max(name collate "C") from public_file
            where tenant_id = $1 and campaign_id = $2 and starts_with(name, $3) and state = 'ready'
            """, [tenant, campaign, Certificates(drawId)], ct);
        return name is null ? null : await files.FindAsync(tenantId, campaignId, name, ct);
    }

    /// <inheritdoc />
    public async Task<ImmutableArray<PublicFile>> CertificatesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId));
        ImmutableArray<string> names;
        await using (var work = await central.ReadAsync([tenant], ct))
        {
            names = await work.Connection.ListAsync(
                """
                select name from public_file where tenant_id = $1 and campaign_id = $2 and starts_with(name, $3) and state = 'ready'
                order by name collate "C"
                """, [tenant, campaign, Certificates(drawId)], row => row.GetString(0), ct);
        }

        var found = ImmutableArray.CreateBuilder<PublicFile>();
        foreach (var name in names)
        {
            found.Add((await files.FindAsync(tenantId, campaignId, name, ct))!);
        }

        return found.ToImmutable();
    }

    /// <inheritdoc />
    public async Task<PublicDrawList?> EntriesAsync(string tenantId, string campaignId, string drawId, CancellationToken ct) =>
        await CommitmentAsync(tenantId, campaignId, drawId, ct) is not null
            && await lists.FindAsync(DrawListAddress.Parse(tenantId, campaignId, drawId), ct) is { } list
            ? new PublicDrawList(tenantId, campaignId, drawId, list.Root.ToString(), list.ExcludedRoot.ToString(), list.Bytes)
            : null;

    /// <inheritdoc />
    public async Task CopyEntriesAsync(PublicDrawList list, Stream destination, CancellationToken ct)
    {
        var found = await lists.FindAsync(DrawListAddress.Parse(list.TenantId, list.CampaignId, list.DrawId), ct)
            ?? throw new InvalidOperationException("A list that was committed to is gone.");
        await lists.CopyJsonLinesAsync(found, destination, ct);
    }

    /// <summary>Every version of the campaign's terms, in order.</summary>
    public async Task<ImmutableArray<CertifiedTerms>> TermsAsync(DrawListAddress address, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([address.Tenant], ct);
        return await work.Connection.ListAsync(
            "select version, hash from terms_version where tenant_id = $1 and campaign_id = $2 order by version", [address.Tenant, address.Campaign],
            row => new CertifiedTerms(row.GetInt32(0), new Bytes32(row.GetFieldValue<byte[]>(1))), ct);
    }

    /// <summary>The tenant's name: the promoter of a campaign that names none.</summary>
    public async Task<string> TenantNameAsync(DrawListAddress address, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([address.Tenant], ct);
        return (await work.Connection.ScalarAsync<string>("select name from tenant where tenant_id = $1", [address.Tenant], ct))!;
    }

    private static string Commitment(string drawId) => $"draw/{drawId}/commitment";

    private static string Certificates(string drawId) => $"draw/{drawId}/certificate/";
}
