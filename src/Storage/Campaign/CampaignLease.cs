using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;

namespace PrizeDraw.Storage.Campaign;

/// <summary>A borrowed connection to a campaign's database. Dispose of it to give it back.</summary>
public sealed class CampaignLease : IAsyncDisposable
{
    private readonly SemaphoreSlim _turns;
    private readonly SemaphoreSlim _gate;
    private bool _returned;

    internal CampaignLease(NpgsqlConnection connection, SemaphoreSlim turns, SemaphoreSlim gate)
    {
        Connection = connection;
        _turns = turns;
        _gate = gate;
    }

    public NpgsqlConnection Connection { get; }

    public async ValueTask DisposeAsync()
    {
        if (_returned)
        {
            return;
        }

        _returned = true;
        try
        {
            await Connection.DisposeAsync();
        }
        finally
        {
            _gate.Release();
            _turns.Release();
        }
    }
}
