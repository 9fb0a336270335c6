using System;
using System.Collections.Immutable;
using System.Linq;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Shared;
using PrizeDraw.Storage.Backups;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.DataProtection;

namespace PrizeDraw.Storage.Secrets;

/// <summary>How many secrets were sealed anew, and which campaigns' databases could not be reached.</summary>
public sealed record Resealed(long Count, ImmutableArray<string> Unreached);

/// <summary>
/// Seals every secret under the present master key that is still sealed under the previous one: in the central database and in each campaign's,
/// rehearsals too. A few hundred rows at a time, each row only if it is still as it was read; cut short it goes on where it was.
/// </summary>
public sealed partial class Resealing(CentralConnections connections, SecretBox box, MasterKey key)
{
    private const int BatchMax = 500, CommandSeconds = 600;

    private const string Schemas =
        "select nspname::text from pg_namespace where nspname = current_schema() or nspname like 'rehearsal\\_%' order by 1";

    /// <param name="say">Told of progress.</param>
    /// <param name="ct">Ends it between two batches.</param>
    /// <exception cref="SecretException">A secret is under neither key.</exception>
    public async Task<Resealed> RunAsync(Action<string> say, CancellationToken ct)
    {
        await using var central = await OpenAsync(connections.OwnerConnectionString, ct);
        var places = await new CampaignPlaces(connections, box).ListAsync(central, ct);
        var count = await RingAsync(central, ct);
        foreach (var column in SealedColumns.Central)
        {
            count += await ColumnAsync(central, column, ct);
        }

        say($"central database: {count:n0} secrets");
        var unreached = ImmutableArray.CreateBuilder<string>();
        foreach (var place in places)
        {
            if (await CampaignAsync(place, ct) is { } some)
            {
                count += some;
                say($"{place.CampaignId}: {some:n0} secrets");
            }
            else
            {
                unreached.Add(place.CampaignId);
                say($"{place.CampaignId}: could not be reached");
            }
        }

        return new Resealed(count, unreached.ToImmutable());
    }

    private async Task<long?> CampaignAsync(CampaignPlace place, CancellationToken ct)
    {
        NpgsqlConnection connection;
        try
        {
            connection = await OpenAsync(place.Owner, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or SocketException)
        {
            return null;
        }

        await using (connection)
        {
            var count = 0L;
            foreach (var schema in await connection.ListAsync(Schemas, [], row => row.GetString(0), ct))
            {
                await connection.RunAsync("select set_config('search_path', quote_ident($1), false)", [schema], ct);
                foreach (var column in SealedColumns.Campaign)
                {
                    if (await connection.ScalarAsync<bool>("select to_regclass(quote_ident($1)) is not null", [column.Table], ct))
                    {
                        count += await ColumnAsync(connection, column, ct);
                    }
                }
            }

            return count;
        }
    }

    private async Task<long> ColumnAsync(NpgsqlConnection connection, SealedColumn of, CancellationToken ct)
    {
        var (keys, present, count) = (string.Join(", ", of.Keys), Convert.FromHexString(key.Id), 0L);
        while (true)
        {
            var old = await connection.ListAsync(
                $"select {keys}, {of.Column} from {of.Table} where substring({of.Column} from 2 for 8) <> $1 limit {BatchMax}", [present],
                row => (Keys: of.Keys.Select((_, i) => row.GetValue(i)).ToArray(), Row: of.RowOf(row), Envelope: row.GetFieldValue<byte[]>(of.Keys.Length)), ct);
            if (old.IsEmpty)
            {
                return count;
            }

            var named = string.Join(" and ", of.Keys.Select((name, i) => $"{name} = ${i + 1}"));
            await using var transaction = await connection.BeginTransactionAsync(ct);
            foreach (var (values, row, envelope) in old)
            {
                var anew = box.Seal(box.Open(envelope, of.Table, row), of.Table, row);
                count += await connection.RunAsync(
                    $"update {of.Table} set {of.Column} = ${values.Length + 1} where {named} and {of.Column} = ${values.Length + 2}", [.. values, anew, envelope], ct);
            }

            await transaction.CommitAsync(ct);
        }
    }

    /// <summary>The Data Protection key ring: envelopes in the framework's XML.</summary>
    private async Task<long> RingAsync(NpgsqlConnection central, CancellationToken ct)
    {
        var count = 0L;
        foreach (var (name, xml) in await central.ListAsync(
            "select friendly_name, xml from data_protection_key order by 1", [], row => (row.GetString(0), row.GetString(1)), ct))
        {
            var anew = Sealed().Replace(xml, match =>
            {
                var envelope = Convert.FromBase64String(match.Groups["envelope"].Value);
                return SecretBox.KeyIdOf(envelope) == key.Id ? match.Value : match.Value.Replace(
                    match.Groups["envelope"].Value,
                    Convert.ToBase64String(box.Seal(
                        box.Open(envelope, MasterKeyXmlEncryptor.Table, MasterKeyXmlEncryptor.Row), MasterKeyXmlEncryptor.Table, MasterKeyXmlEncryptor.Row)),
                    StringComparison.Ordinal);
            });
            count += anew == xml ? 0 : await central.RunAsync("update data_protection_key set xml = $2 where friendly_name = $1 and xml = $3", [name, anew, xml], ct);
        }

        return count;
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = CommandSeconds }.ConnectionString);
        try
        {
            await connection.OpenSteadilyAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    [GeneratedRegex("<masterKeyEncrypted>(?<envelope>[A-Za-z0-9+/=]+)</masterKeyEncrypted>")]
    private static partial Regex Sealed();
}
