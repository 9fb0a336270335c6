using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using NpgsqlTypes;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Central.Rehearsals;

namespace PrizeDraw.Storage.Campaign.Rehearsals;

/// <summary>What a rehearsal is made from, beside the settings. Never when a moment falls, nor any secret, nor any code.</summary>
/// <param name="Moments">How many winning moments each prize has.</param>
/// <param name="Batches">The campaign's batches of codes.</param>
public sealed record RehearsalSource(ImmutableDictionary<Guid, int> Moments, ImmutableArray<RehearsedBatch> Batches);

/// <param name="Kind"><c>coupon</c> or <c>entry</c>.</param>
/// <param name="Codes">How many codes it has.</param>
public sealed record RehearsedBatch(Guid Id, string Kind, string Name, long Codes);

/// <summary>
/// Makes and ends the rows of a rehearsal: a schema of its own, owned as the campaign's is, with the same tables, in which the campaign's role
/// has the same rights. Called by the rehearsal's grain alone.
/// </summary>
public sealed class RehearsalRows(ICampaignDatabaseOwner owner, CampaignDatabaseMigrator migrator, CampaignConnections connections, TimeProvider clock)
{
    /// <summary>Dropping waits for nobody for long; it is tried again.</summary>
    private const string Patience = "set lock_timeout = '10s'";

    /// <summary>Makes the schema anew, empty, whatever was there; false when the campaign has no database.</summary>
    public async Task<bool> CreateAsync(RehearsalAddress address, CancellationToken ct)
    {
        if (await owner.FindAsync(address.TenantId, address.CampaignId, ct) is not { } access)
        {
            return false;
        }

        await connections.ForgetAsync(address.TenantId, address.CampaignId, address.RehearsalId);
        var schema = CampaignSchema.Of(address.RehearsalId);
        await using (var connection = await OpenAsync(access, ct))
        {
            await connection.RunAsync($"drop schema if exists {schema} cascade", [], ct);
            await connection.RunAsync($"create schema {schema}", [], ct);
        }

        await migrator.MigrateAsync(access.OwnerConnectionString, access.CampaignRole, schema, ct);
        await using (var connection = await OpenAsync(access, ct))
        {
            // A pool's activation that still holds the rows that were here before must not find its epoch again among the new ones.
            await connection.RunAsync(
                $"alter table {schema}.pool alter column epoch set default {clock.GetUtcNow().ToUnixTimeMilliseconds()}", [], ct);
        }

        return true;
    }

    /// <summary>Leaves nothing of the rehearsal. Done already is done; so is a campaign that has no database any more.</summary>
    public async Task DropAsync(RehearsalAddress address, CancellationToken ct)
    {
        await connections.ForgetAsync(address.TenantId, address.CampaignId, address.RehearsalId);
        if (await owner.FindAsync(address.TenantId, address.CampaignId, ct) is { } access)
        {
            await using var connection = await OpenAsync(access, ct);
            await connection.RunAsync($"drop schema if exists {CampaignSchema.Of(address.RehearsalId)} cascade", [], ct);
        }
    }

    /// <summary>Read from the campaign's own rows.</summary>
    public async Task<RehearsalSource> SourceAsync(RehearsalAddress address, CancellationToken ct)
    {
        await using var lease = await connections.RequireAsync(address.TenantId, address.CampaignId, ct);
        var moments = await lease.Connection.ListAsync(
            "select prize_id, count(*) from moment where campaign_id = $1 group by prize_id", [address.Campaign],
            row => (Prize: row.GetGuid(0), Count: (int)row.GetInt64(1)), ct);
        var batches = await lease.Connection.ListAsync(
            "select batch_id, kind, name, generated from code_batch where campaign_id = $1 and generated > 0 order by batch_id", [address.Campaign],
            row => new RehearsedBatch(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetInt64(3)), ct);
        return new RehearsalSource(moments.ToImmutableDictionary(m => m.Prize, m => m.Count), batches);
    }

    /// <summary>Whether anybody has entered.</summary>
    public async Task<bool> HasEntriesAsync(RehearsalAddress address, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        return await lease.Connection.ScalarAsync<bool>(
            "select exists (select from pool where campaign_id = $1 and last_number > 0)", [address.Campaign], ct);
    }

    /// <summary>
    /// Sees to it that the rehearsal's batch has so many codes, the first of which is seq 1. They are the rehearsal's own: its prefix is no
    /// batch's, and outside its rows nobody has heard of them, so that none can ever be redeemed.
    /// </summary>
    public async Task AddCodesAsync(
        RehearsalAddress address, RehearsedBatch batch, string prefix, string pattern, long upTo, Func<long, string> codeOf, CancellationToken ct)
    {
        await using var lease = await OpenAsync(address, ct);
        await using var transaction = await lease.Connection.BeginTransactionAsync(ct);
        var has = await lease.Connection.ScalarAsync<long>(
            """
            insert into code_batch (campaign_id, batch_id, kind, name, prefix, pattern, source, state, count, created_at)
            values ($1, $2, $3, $4, $5, $6, 'generated', 'ready', 0, $7)
            on conflict (campaign_id, batch_id) do update set count = code_batch.count returning generated
            """,
            [address.Campaign, batch.Id, batch.Kind, batch.Name, prefix, pattern, clock.GetUtcNow()], ct);
        if (has >= upTo)
        {
            return;
        }

        await using (var import = await lease.Connection.BeginBinaryImportAsync(
            "copy code (campaign_id, batch_id, seq, code) from stdin (format binary)", ct))
        {
            for (var seq = has + 1; seq <= upTo; seq++)
            {
                await import.StartRowAsync(ct);
                await import.WriteAsync(address.Campaign, NpgsqlDbType.Uuid, ct);
                await import.WriteAsync(batch.Id, NpgsqlDbType.Uuid, ct);
                await import.WriteAsync(seq, NpgsqlDbType.Bigint, ct);
                await import.WriteAsync(codeOf(seq), NpgsqlDbType.Text, ct);
            }

            await import.CompleteAsync(ct);
        }

        await lease.Connection.RunAsync(
            "update code_batch set count = $3, generated = $3 where campaign_id = $1 and batch_id = $2", [address.Campaign, batch.Id, upTo], ct);
        await transaction.CommitAsync(ct);
    }

    private async Task<CampaignLease> OpenAsync(RehearsalAddress address, CancellationToken ct) =>
        await connections.OpenAsync(address.TenantId, address.CampaignId, address.RehearsalId, ct)
        ?? throw new InvalidOperationException("The campaign has no database.");

    private static async Task<NpgsqlConnection> OpenAsync(CampaignDatabaseAccess access, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(access.OwnerConnectionString) { Pooling = false, CommandTimeout = 300 }.ConnectionString);
        try
        {
            await connection.OpenSteadilyAsync(ct);
            await connection.RunAsync(Patience, [], ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
