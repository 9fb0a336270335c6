using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Benchmarks.Servers;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Benchmarks.RowLock;

/// <summary>
/// The textbook's way, done well: each entry is a transaction of its own that locks the pool's row, judges, writes and commits. Same
/// endpoint, tables and rules as the platform; a pool of connections of its own, as many as were found to be best.
/// </summary>
internal sealed class RowLockPeer(
    ICampaignQueries campaigns, ISecrets secrets, MomentSeal seal, CentralOptions central, SampleAnswer answers) : IEntrySink, IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private readonly List<PeerConnection> all = [];
    private Channel<PeerConnection> free = Channel.CreateUnbounded<PeerConnection>();
    private Setup? setup;
    private int connectionsMax = 8;
    private bool isPacked;

    public async Task<Result<EntryAnswer>> SubmitAsync(string poolKey, SubmitEntry entry)
    {
        var known = setup ?? await StartAsync(poolKey);
        if (known.Rules.ErrorOf(entry) is { } refusal)
        {
            return refusal;
        }

        var prepared = PeerEntry.Of(entry, known.Rules, known.IdentityKey);
        var connection = await free.Reader.ReadAsync();
        try
        {
            var (number, at, prize, refused) = await connection.EnterAsync(prepared);
            return refused is not null
                ? refused
                : answers.Of(number, at, prize?.Kind, prize is null ? null : new WonPrize(Ids.Format(Ids.Prize, prize.Id), prize.Name));
        }
        finally
        {
            free.Writer.TryWrite(connection);
        }
    }

    /// <summary>From now on so many connections; to be called while no entry is under way.</summary>
    public async Task UseAsync(int count, bool packed)
    {
        (connectionsMax, isPacked) = (count, packed);
        if (setup is { } known)
        {
            await OpenAsync(known);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in all)
        {
            await connection.DisposeAsync();
        }

        starting.Dispose();
        if (setup is not null)
        {
            await setup.Source.DisposeAsync();
        }
    }

    private async Task<Setup> StartAsync(string poolKey)
    {
        await starting.WaitAsync();
        try
        {
            if (setup is { } known)
            {
                return known;
            }

            var parts = GrainKeys.Split(poolKey);
            var tenant = Ids.Parse(Ids.Tenant, parts[0]);
            var login = new NpgsqlConnectionStringBuilder(await secrets.GetAsync(tenant, parts[1], SecretNames.Database, default))
            {
                MaxPoolSize = 100, MaxAutoPrepare = 50, AutoPrepareMinUsages = 2,
                // Look-ups by keys plan alike whatever the values: planning anew each time would cost it more than running them.
                Options = "-c plan_cache_mode=force_generic_plan",
            };
            await OpenMomentsAsync(login.Database!);
            var made = new Setup(
                await FormRules.LoadAsync(campaigns, poolKey),
                Convert.FromBase64String((await secrets.GetAsync(tenant, parts[1], SecretNames.Identity, default))!),
                NpgsqlDataSource.Create(login.ConnectionString), Ids.Parse(Ids.Campaign, parts[1]), Ids.Parse(Ids.Pool, parts[2]));
            await OpenAsync(made);
            return setup = made;
        }
        finally
        {
            starting.Release();
        }
    }

    private async Task OpenAsync(Setup known)
    {
        foreach (var connection in all)
        {
            await connection.DisposeAsync();
        }

        all.Clear();
        var opened = Channel.CreateUnbounded<PeerConnection>();
        for (var i = 0; i < connectionsMax; i++)
        {
            all.Add(new PeerConnection(known.Source, known.Campaign, known.Pool, known.Rules, isPacked));
            opened.Writer.TryWrite(all[i]);
        }

        free = opened;
    }

    /// <summary>Writes beside each moment when it falls.</summary>
    private async Task OpenMomentsAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(central.AdminConnectionString) { Database = database, Pooling = false }.ConnectionString);
        await using (var add = source.CreateCommand(RowLockSql.AddReadableMoments))
        {
            await add.ExecuteNonQueryAsync();
        }

        var (ids, times) = (new List<Guid>(), new List<DateTimeOffset>());
        await using (var read = source.CreateCommand(RowLockSql.SealedMoments))
        await using (var reader = await read.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                ids.Add(reader.GetGuid(0));
                times.Add(seal.Open(new MomentId(ids[^1]), reader.GetFieldValue<byte[]>(1)).At);
            }
        }

        await using var fill = source.CreateCommand(RowLockSql.FillMoments);
        fill.Parameters.Add(new NpgsqlParameter { Value = ids.ToArray() });
        fill.Parameters.Add(new NpgsqlParameter { Value = times.ToArray() });
        await fill.ExecuteNonQueryAsync();
    }

    private sealed record Setup(FormRules Rules, byte[] IdentityKey, NpgsqlDataSource Source, Guid Campaign, Guid Pool);
}
