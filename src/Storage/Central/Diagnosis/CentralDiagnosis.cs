using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Central.Notices;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central.Diagnosis;

/// <summary>What a look into the central database found. Counts and ids alone: nothing secret, nobody's data.</summary>
/// <param name="ServerVersion">Such as 18.4.</param>
/// <param name="ClockAhead">By how much the database's clock is ahead of this machine's.</param>
/// <param name="MigrationsMissing">This version's migrations that the database has not had.</param>
/// <param name="MigrationsUnknown">What the database has had and this version does not know.</param>
/// <param name="OpensSecrets">Whether a stored secret was opened with the key; null when none is stored yet.</param>
/// <param name="OverdueCampaigns">Campaigns still open more than ten minutes after they close; at most 20.</param>
/// <param name="Quarantined">Campaigns with a deployment that can't be undone; at most 20.</param>
/// <param name="Waiting">Campaigns with a deployment that waits for somebody; at most 20.</param>
/// <param name="Accounts">Providers with an account, with how many.</param>
/// <param name="IsConfirmed">Whether this incarnation may act.</param>
/// <param name="Recalled">Campaigns that have not offered their own audit log since a restore was confirmed; at most 20. Not those that are archived.</param>
/// <param name="Unreached">Campaigns whose database could not be reached; of the first 50.</param>
public sealed record CentralFacts(
    Version ServerVersion, TimeSpan ClockAhead, ImmutableArray<string> MigrationsMissing, ImmutableArray<string> MigrationsUnknown, bool? OpensSecrets,
    ImmutableArray<string> OverdueCampaigns, ImmutableArray<string> Quarantined, ImmutableArray<string> Waiting, ImmutableArray<string> Accounts, bool IsConfirmed,
    ImmutableArray<string> Recalled, ImmutableArray<string> Unreached);

/// <summary>Looks, as the owner of the central database, and changes nothing.</summary>
public sealed class CentralDiagnosis(CentralConnections connections, SecretBox box, TimeProvider clock)
{
    private const int CampaignsMax = 50, ConnectSeconds = 5;

    private const string Overdue =
        "select name from campaign where state in ('scheduled', 'live', 'paused') and closes_at < $1 order by closes_at limit 20";

    private const string Deployments =
        """
        select c.name from deployment d join campaign c on c.tenant_id = d.tenant_id and c.campaign_id = d.campaign_id
        where d.state = $1 order by d.started_at limit 20
        """;

    private const string Recalls = $"select c.name {RelayCandidates.AreRecalled} limit $1";

    /// <param name="engineScripts">The engine's migrations.</param>
    /// <param name="ct">Ends the look.</param>
    /// <exception cref="NpgsqlException">The database can't be reached, or is not the platform's.</exception>
    public async Task<CentralFacts> LookAsync(IEnumerable<(string Name, string Sql)> engineScripts, CancellationToken ct)
    {
        await using var central = new NpgsqlConnection(connections.OwnerConnectionString);
        await central.OpenSteadilyAsync(ct);
        var theirs = await central.ScalarAsync<DateTime>("select clock_timestamp()", [], ct);
        var ahead = theirs - clock.GetUtcNow().UtcDateTime;
        var applied = await central.ListAsync("select name from schema_migration", [], row => row.GetString(0), ct);
        string[] known = [.. MigrationScript.Embedded("Central.Migrations").Select(s => s.Name), .. engineScripts.Select(s => s.Name)];
        var isCurrent = known.All(applied.Contains);
        return new CentralFacts(
            central.PostgreSqlVersion, ahead, [.. known.Except(applied)], [.. applied.Except(known)], await OpensAsync(central, ct),
            await NamesAsync(central, Overdue, clock.GetUtcNow().AddMinutes(-10), ct), await NamesAsync(central, Deployments, "quarantined", ct),
            await NamesAsync(central, Deployments, "paused", ct),
            await central.ListAsync(
                "select provider, count(*) from provider_account group by 1 order by 1", [], row => $"{row.GetString(0)} ({row.GetInt64(1)})", ct),
            !isCurrent || await central.ScalarAsync<bool>("select confirmed_at is not null from installation", [], ct),
            isCurrent ? await NamesAsync(central, Recalls, 20, ct) : [], await UnreachedAsync(central, ct));
    }

    private static Task<ImmutableArray<string>> NamesAsync(NpgsqlConnection central, string sql, object value, CancellationToken ct) =>
        central.ListAsync(sql, [value], row => row.GetString(0), ct);

    private async Task<bool?> OpensAsync(NpgsqlConnection central, CancellationToken ct)
    {
        var stored = await central.FindAsync(
            "select key_id, private_key from signing_key order by not_before desc limit 1", [], row => (Id: row.GetString(0), Envelope: row.GetFieldValue<byte[]>(1)), ct);
        if (stored.Envelope is null)
        {
            return null;
        }

        try
        {
            box.Open(stored.Envelope, "signing_key", stored.Id);
            return true;
        }
        catch (SecretException)
        {
            return false;
        }
    }

    private async Task<ImmutableArray<string>> UnreachedAsync(NpgsqlConnection central, CancellationToken ct)
    {
        ImmutableArray<CampaignPlace> places;
        try
        {
            places = await new CampaignPlaces(connections, box).ListAsync(central, ct);
        }
        catch (SecretException)
        {
            return []; // Told of already: the key is another.
        }

        var unreached = ImmutableArray.CreateBuilder<string>();
        // What rests at a provider is not to answer.
        foreach (var place in places.Where(p => p is not { IsAtRest: true, IsRemote: true }).Take(CampaignsMax))
        {
            try
            {
                var quick = new NpgsqlConnectionStringBuilder(place.Own) { Pooling = false, Timeout = ConnectSeconds };
                var owner = new NpgsqlConnectionStringBuilder(place.Owner) { Pooling = false, Timeout = ConnectSeconds };
                // The campaign's own login, at the address where the server is now.
                (quick.Host, quick.Port) = place.IsRemote ? (quick.Host, quick.Port) : (owner.Host, owner.Port);
                await using var connection = new NpgsqlConnection(quick.ConnectionString);
                await connection.OpenSteadilyAsync(ct);
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
            {
                unreached.Add(place.CampaignId);
            }
        }

        return unreached.ToImmutable();
    }
}
