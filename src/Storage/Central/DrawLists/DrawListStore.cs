using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>A list as it is being built.</summary>
internal sealed record DrawListBuild(Guid Build, DrawListStage Stage, int Chunks);

/// <summary>What is known of a list when all of it has been written.</summary>
internal sealed record DrawListSums(
    Bytes32 Root, Bytes32 ExcludedRoot, long Eligible, long Excluded, long Tickets, long Persons,
    IReadOnlyDictionary<string, long> ExcludedByReason, long Bytes);

/// <summary>
/// Writes lists. Every write finds the build that it belongs to, or is refused with a <see cref="DrawListTakenOverException"/>: of two builds of
/// one list, the one that began later goes on.
/// </summary>
internal sealed class DrawListStore(CentralDatabase central, TimeProvider time)
{
    private const string Begin =
        """
        insert into draw_list as l (tenant_id, campaign_id, draw_id, state, build, frozen_at, total, last_numbers, updated_at)
        values ($1, $2, $3, 'reading', $4, $5, $6, $7::jsonb, $5)
        on conflict (tenant_id, campaign_id, draw_id) do update set state = 'reading', build = excluded.build, frozen_at = excluded.frozen_at,
          done = 0, total = excluded.total, chunks = 0, last_numbers = excluded.last_numbers, updated_at = excluded.updated_at
        where l.state <> 'ready'
        """;

    private const string Mine = "where tenant_id = $1 and campaign_id = $2 and draw_id = $3 and build = $4 and state <> 'ready'";

    private const string Move = $"update draw_list set state = $5, done = $6, updated_at = $7 {Mine}";

    private const string Grow = $"update draw_list set done = $5, chunks = chunks + $6, updated_at = $7 {Mine} and chunks = $8";

    private const string Insert =
        """
        insert into draw_list_chunk (tenant_id, campaign_id, draw_id, ordinal, excluded, entries_before, tickets_before, entries, first_ref, node, content)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """;

    private const string Seal =
        $"""
        update draw_list set state = 'ready', done = total, root = $5, excluded_root = $6, eligible = $7, excluded = $8, tickets = $9, persons = $10,
          excluded_by_reason = $11::jsonb, bytes = $12, updated_at = $13 {Mine}
        """;

    /// <summary>The build that is under way; null when none has begun.</summary>
    public async Task<DrawListBuild?> FindAsync(DrawListAddress address, CancellationToken ct)
    {
        await using var work = await central.ReadAsync([address.Tenant], ct);
        return await work.Connection.FindAsync(
            "select build, state, chunks from draw_list where tenant_id = $1 and campaign_id = $2 and draw_id = $3",
            [address.Tenant, address.Campaign, address.Draw],
            row => new DrawListBuild(row.GetGuid(0), DrawListStages.Parse(row.GetString(1)), row.GetInt32(2)), ct);
    }

    /// <summary>Begins the list anew: what another build left is dropped, and it writes nothing more.</summary>
    public async Task BeginAsync(DrawListAddress address, Guid build, DrawListFreeze freeze, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        var numbers = freeze.LastNumbers.ToDictionary(p => p.Key.ToString("d"), p => p.Value);
        Require(await work.Connection.RunAsync(
            Begin, [.. Key(address, build), time.GetUtcNow(), freeze.LastNumbers.Values.Sum(), JsonSerializer.Serialize(numbers)], ct));
        await work.Connection.RunAsync(
            "delete from draw_list_chunk where tenant_id = $1 and campaign_id = $2 and draw_id = $3",
            [address.Tenant, address.Campaign, address.Draw], ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Tells how far the build is.</summary>
    public async Task MoveAsync(DrawListAddress address, Guid build, DrawListStage stage, long done, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        Require(await work.Connection.RunAsync(Move, [.. Key(address, build), stage.StoredName(), done, time.GetUtcNow()], ct));
        await work.CommitAsync(ct);
    }

    /// <summary>Appends pieces, the first of which follows what is there.</summary>
    public async Task AppendAsync(
        DrawListAddress address, Guid build, IReadOnlyList<NewDrawListChunk> chunks, long done, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        Require(await work.Connection.RunAsync(
            Grow, [.. Key(address, build), done, chunks.Count, time.GetUtcNow(), chunks[0].Chunk.Ordinal - 1], ct));
        await using var batch = new NpgsqlBatch(work.Connection, work.Transaction);
        foreach (var (chunk, node, content, _) in chunks)
        {
            batch.Add(
                Insert, address.Tenant, address.Campaign, address.Draw, chunk.Ordinal, chunk.Excluded, chunk.EntriesBefore, chunk.TicketsBefore,
                chunk.Entries, chunk.FirstRef.ToArray(), node.ToArray(),
                new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = content, NpgsqlDbType = NpgsqlDbType.Bytea });
        }

        await batch.ExecuteNonQueryAsync(ct);
        await work.CommitAsync(ct);
    }

    /// <summary>Seals the list: it never changes from now on.</summary>
    public async Task SealAsync(DrawListAddress address, Guid build, DrawListSums sums, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(address.Tenant, ct);
        Require(await work.Connection.RunAsync(
            Seal,
            [
                .. Key(address, build), sums.Root.ToArray(), sums.ExcludedRoot.ToArray(), sums.Eligible, sums.Excluded, sums.Tickets, sums.Persons,
                JsonSerializer.Serialize(sums.ExcludedByReason), sums.Bytes, time.GetUtcNow(),
            ], ct));
        await work.CommitAsync(ct);
    }

    private static object?[] Key(DrawListAddress address, Guid build) => [address.Tenant, address.Campaign, address.Draw, build];

    private static void Require(int rows)
    {
        if (rows != 1)
        {
            throw new DrawListTakenOverException();
        }
    }
}

/// <summary>The stored names of stages.</summary>
internal static class DrawListStages
{
    public static string StoredName(this DrawListStage stage) => stage switch
    {
        DrawListStage.Reading => "reading",
        DrawListStage.Writing => "writing",
        DrawListStage.Ready => "ready",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, "Not a stage."),
    };

    public static DrawListStage Parse(string name) => name switch
    {
        "reading" => DrawListStage.Reading,
        "writing" => DrawListStage.Writing,
        "ready" => DrawListStage.Ready,
        _ => throw new ArgumentException($"Unknown stage '{name}'.", nameof(name)),
    };
}
