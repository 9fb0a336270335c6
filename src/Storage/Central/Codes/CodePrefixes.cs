using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Storage.Central.Codes;

/// <summary>
/// Which batch a prefix belongs to. Claimed before the batch is created; no prefix of a tenant begins another. Written by the batch's
/// grain alone.
/// </summary>
public sealed class CodePrefixes(CentralDatabase central, TimeProvider time)
{
    // Claims of one tenant take turns: which prefixes begin which is no constraint's to say.
    private const string LockTenant = "select tenant_id from tenant where tenant_id = $1 for no key update";

    private const string Conflicting =
        """
        select exists (select from code_prefix
        where tenant_id = $1 and batch_id <> $2 and (starts_with(prefix, $3) or starts_with($3, prefix)))
        """;

    private const string Insert =
        """
        insert into code_prefix (tenant_id, prefix, campaign_id, batch_id, under_way, claimed_at) values ($1, $2, $3, $4, true, $5)
        on conflict (tenant_id, batch_id) do update set prefix = excluded.prefix
        """;

    /// <summary>Claims a prefix, in its canonical spelling, for a batch. Repeated it answers the same. False when it is taken.</summary>
    public async Task<bool> ClaimAsync(Guid tenant, Guid campaign, Guid batch, string prefix, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(LockTenant, [tenant], ct);
        if (await work.Connection.ScalarAsync<bool>(Conflicting, [tenant, batch, prefix], ct))
        {
            return false;
        }

        await work.Connection.RunAsync(Insert, [tenant, prefix, campaign, batch, time.GetUtcNow()], ct);
        await work.CommitAsync(ct);
        return true;
    }

    /// <summary>Gives the prefix of a batch that never came about back.</summary>
    public async Task ReleaseAsync(Guid tenant, Guid batch, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync("delete from code_prefix where tenant_id = $1 and batch_id = $2", [tenant, batch], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Stores whether the batch is to be woken at a host's start.</summary>
    public async Task SetUnderWayAsync(Guid tenant, Guid batch, bool underWay, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        await work.Connection.RunAsync(
            "update code_prefix set under_way = $3 where tenant_id = $1 and batch_id = $2", [tenant, batch, underWay], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Keys of the grains whose batches were being generated when the platform last stopped; at most 10,000.</summary>
    public async Task<ImmutableArray<string>> UnderWayAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ListAsync(
            "select tenant_id, campaign_id, batch_id from code_prefix where under_way limit 10000", [],
            row => GrainKeys.CodeBatch(
                Ids.Format(Ids.Tenant, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), Ids.Format(Ids.CodeBatch, row.GetGuid(2))), ct);
    }
}

/// <inheritdoc cref="ICodeRoutes"/>
internal sealed class CodeRoutes(ScopedReads reads) : ICodeRoutes
{
    private const string Find =
        """
        select tenant_id, campaign_id, batch_id from code_prefix
        where prefix = any($1) and (cardinality($2::uuid[]) = 0 or campaign_id = any($2)) order by batch_id limit 10
        """;

    public async Task<ImmutableArray<CodeRoute>> FindAsync(Scope scope, string typed, CancellationToken ct)
    {
        if (!CodeText.TryCanonical(typed, out var code))
        {
            return [];
        }

        await using var read = await reads.OpenAsync(scope, ct);
        return await read.Connection.ListAsync(
            Find, [CodePrefix.CandidatesOf(code), ScopedReads.Campaigns(scope)],
            row => new CodeRoute(
                Ids.Format(Ids.Tenant, row.GetGuid(0)), Ids.Format(Ids.Campaign, row.GetGuid(1)), Ids.Format(Ids.CodeBatch, row.GetGuid(2)), code), ct);
    }
}
