using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Machine;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks.Campaigns;

/// <summary>What the platform holds at one moment, after a full collection.</summary>
/// <param name="CampaignConnections">Open connections to campaign databases.</param>
/// <param name="OtherConnections">To the central database.</param>
internal sealed record Footprint(double HeapBytes, double WorkingSetBytes, double? PostgresBytes, long CampaignConnections, long OtherConnections)
{
    private const string OfCampaigns = "select count(*) from pg_stat_activity where backend_type = 'client backend' and datname like 'cmp\\_%'";
    private const string Others = "select count(*) from pg_stat_activity where backend_type = 'client backend' and datname = 'platform'";

    public static async Task<Footprint> OfAsync(RunningServer server)
    {
        // Before the connections are counted: what nobody holds any more is closed by then.
        var used = await server.AskAsync("collect");
        await using var connection = await Database.OpenAsync(server.Superuser);
        return new Footprint(
            (double)used["heapBytes"]!, (double)used["workingSetBytes"]!, PostgresMemory.Of(server.Postmaster),
            await Database.ScalarAsync<long>(connection, OfCampaigns), await Database.ScalarAsync<long>(connection, Others));
    }

    public static async Task<long> CampaignConnectionsAsync(RunningServer server)
    {
        await using var connection = await Database.OpenAsync(server.Superuser);
        return await Database.ScalarAsync<long>(connection, OfCampaigns);
    }

    public override string ToString() =>
        $"heap {Megabytes(HeapBytes),7:f1} MB, process {Megabytes(WorkingSetBytes),7:f1} MB, PostgreSQL {Megabytes(PostgresBytes ?? 0),7:f1} MB, "
        + $"connections {CampaignConnections} to campaigns and {OtherConnections} to the central database";

    private static double Megabytes(double bytes) => bytes / (1024 * 1024);
}
