using System.Collections.Generic;
using System.Threading;

namespace PrizeDraw.Grains.Abstractions.Campaigns;

/// <summary>All entries of a campaign, one after the other, oldest first; read page by page, so that a slow reader holds no connection.</summary>
public interface IEntryExport
{
    /// <summary>Personal data only when <paramref name="personal"/>. Nothing before provisioning.</summary>
    IAsyncEnumerable<EntryView> ReadAsync(string tenantId, string campaignId, bool personal, CancellationToken ct);
}
