using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Benchmarks.Servers;

namespace PrizeDraw.Benchmarks.Entries;

/// <summary>One of the three, with its campaign and what was measured of it.</summary>
internal sealed record Contender(RunningServer Server, HotCampaign Campaign)
{
    public List<Round> Rounds { get; } = [];

    public string Name => Server.Role switch { Roles.Platform => "ours", Roles.RowLock => "row lock", _ => "echo" };

    public static async Task<Contender> OfAsync(RunningServer server)
    {
        using var admin = await server.AdminAsync();
        return new Contender(server, await server.AddCampaignAsync(admin, await admin.CreateTenantAsync("bench"), "bench"));
    }
}

/// <summary>One round of one server.</summary>
/// <param name="Accepted">Entries answered 201, before and after the measured time too: what <paramref name="Used"/> was used for.</param>
internal sealed record Round(double PerSecond, long Accepted, Usage Used, double LoadCpu);

/// <summary>Latency in milliseconds at a constant rate, from when each entry was due.</summary>
internal sealed record Latency(double Share, double PerSecond, long Due, long Missed, double? P50, double? P90, double? P99, double? P999, double? Max)
{
    public static Latency Of(double share, JsonNode result) => new(
        share, (double)result["perSecond"]!, (long)result["due"]!, (long)result["missed"]!, (double?)result["p50"], (double?)result["p90"],
        (double?)result["p99"], (double?)result["p999"], (double?)result["max"]);

    public override string ToString() =>
        $"at {Share,4:p0} ({PerSecond,6:f0}/s)  p50 {P50,7:f1}  p90 {P90,7:f1}  p99 {P99,7:f1}  p99.9 {P999,7:f1}  max {Max,7:f1} ms  missed {Missed} of {Due}";
}
