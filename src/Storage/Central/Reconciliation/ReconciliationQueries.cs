using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Reconciliation;

namespace PrizeDraw.Storage.Central.Reconciliation;

/// <inheritdoc cref="IReconciliationQueries"/>
internal sealed class ReconciliationQueries(ScopedReads reads) : IReconciliationQueries
{
    private const string List =
        $"""
        select {FindingRow.Columns} from reconciliation_finding
        where ($1::text is null or state = $1) and ($2::uuid is null or finding_id < $2) order by finding_id desc limit $3
        """;

    /// <summary>Accounts read at once.</summary>
    private const int AccountsMax = 1_000;

    private const string Accounts =
        """
        select tenant_id, provider, is_deleting, next_at, ran_at, outcome, message, held, ours, due, refused_at from reconciliation_account
        where $1::uuid is null or (tenant_id, provider) > ($1::uuid, $2::text) order by tenant_id, provider limit $3
        """;

    public async Task<Page<FindingView>> ListAsync(string? state, int limit, string? cursor, CancellationToken ct)
    {
        var after = Cursor.Read(cursor);
        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        var found = await read.Connection.ListAsync(List, [state, after, Cursor.Fetch(limit)], row => FindingRow.Read(row).View, ct);
        return Cursor.Cut(found, limit, finding => Ids.Parse(Ids.Finding, finding.Id));
    }

    public async Task<FindingView?> FindAsync(string findingId, CancellationToken ct)
    {
        if (!Ids.TryParse(Ids.Finding, findingId, out var id))
        {
            return null;
        }

        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        return await read.Connection.FindAsync(
            $"select {FindingRow.Columns} from reconciliation_finding where finding_id = $1", [id], row => FindingRow.Read(row).View, ct);
    }

    public async Task<ImmutableArray<ReconciledAccountView>> AccountsAsync(CancellationToken ct)
    {
        await using var read = await reads.OpenAsync(Scope.Everything, ct);
        var all = ImmutableArray.CreateBuilder<ReconciledAccountView>();
        ImmutableArray<ReconciledAccountView> page;
        do
        {
            var last = all.Count == 0 ? null : all[^1];
            page = await read.Connection.ListAsync(Accounts, [last is null ? null : OwnerOf(last), last?.Provider, AccountsMax], Account, ct);
            all.AddRange(page);
        }
        while (page.Length == AccountsMax);
        return all.ToImmutable();
    }

    private static Guid OwnerOf(ReconciledAccountView account) =>
        account.TenantId is { } tenant ? Ids.Parse(Ids.Tenant, tenant) : CentralDatabase.PlatformTenant;

    internal static ReconciledAccountView Account(NpgsqlDataReader row) => new(
        row.GetGuid(0) == CentralDatabase.PlatformTenant ? null : Ids.Format(Ids.Tenant, row.GetGuid(0)), row.GetString(1), row.GetBoolean(2), row.Time(3),
        row.TimeOrNull(4), row.TextOrNull(5), row.TextOrNull(6), row.GetInt32(7), row.GetInt32(8), row.GetInt32(9), row.TimeOrNull(10));
}
