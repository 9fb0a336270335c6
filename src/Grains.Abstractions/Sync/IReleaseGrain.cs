using System;
using System.Collections.Immutable;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Sync;

/// <summary>
/// Takes one release of the template to the campaigns' sites, in waves. Key: <see cref="GrainKeys.Release"/>. The only writer of its release and
/// of that one's sites. Refusals: <c>release.not_found</c>, <c>release.invalid</c> (errors by field), <c>release.wrong_state</c>,
/// <c>release.under_way</c> (another one), <c>template.version_unknown</c>, <c>installation.unconfirmed</c>.
/// </summary>
[Alias("release-grain")]
public interface IReleaseGrain : IGrainWithStringKey
{
    /// <summary>Makes the release with its waves, and begins: with the sites (or, for a dry run, with what it would do to each).</summary>
    [Alias("create")] Task<Result<ReleaseView>> CreateAsync(CreateRelease command);

    /// <summary>Starts a release that was a dry run so far, from the first wave.</summary>
    [Alias("start")] Task<Result<ReleaseView>> StartAsync(ReleaseCommand command);

    /// <summary>No site is begun from now on; those under way come to their ends.</summary>
    [Alias("pause")] Task<Result<ReleaseView>> PauseAsync(ReleaseCommand command);

    [Alias("resume")] Task<Result<ReleaseView>> ResumeAsync(ReleaseCommand command);

    /// <summary>Puts back what the release pushed, site by site, the newest wave first, and closes its open pull requests.</summary>
    [Alias("roll-back")] Task<Result<ReleaseView>> RollBackAsync(ReleaseCommand command);

    /// <summary>Looks at once at what is due.</summary>
    [Alias("wake")] Task WakeAsync();
}

[GenerateSerializer, Alias("release-command")]
public sealed record ReleaseCommand([property: Id(0)] Actor Actor);

/// <param name="Version">The tag; null with picks.</param>
/// <param name="Picks">Commits of the template to take by themselves, 50 at most; empty takes everything since each site's base.</param>
/// <param name="Waves">The canary first; 1 to 10.</param>
/// <param name="IsDryRun">Works out what it would do, and waits for being started.</param>
[GenerateSerializer, Alias("create-release")]
public sealed record CreateRelease(
    [property: Id(0)] Actor Actor, [property: Id(1)] string? Version, [property: Id(2)] ImmutableArray<string> Picks, [property: Id(3)] ImmutableArray<WaveSettings> Waves,
    [property: Id(4)] ReleaseSettings Settings, [property: Id(5)] bool IsDryRun);

/// <param name="CampaignIds">Chosen campaigns, 1,000 at most; else a percentage.</param>
/// <param name="Percent">How many of all the release's sites have had their turn after this wave, 1 to 100. The last wave's is 100.</param>
/// <param name="SoakMinutes">How long is watched before the next wave, 0 to 10,080.</param>
[GenerateSerializer, Alias("wave-settings")]
public sealed record WaveSettings([property: Id(0)] ImmutableArray<string> CampaignIds, [property: Id(1)] int? Percent, [property: Id(2)] int SoakMinutes);

/// <param name="TenantIds">Only these clients' campaigns, 100 at most; empty for all.</param>
/// <param name="HoldHoursBeforeClosing">Live campaigns that close sooner are held out, 0 to 720; default 48.</param>
/// <param name="UnhealthyMax">So many percent of a wave's pushed sites may turn out unhealthy, 0 to 50; default 0.</param>
/// <param name="RollsBack">Whether a wave that is worse is put back by itself; otherwise the release only pauses.</param>
/// <param name="Rehearses">Whether a rehearsal entry belongs to the check of each site that can have one.</param>
[GenerateSerializer, Alias("release-settings")]
public sealed record ReleaseSettings(
    [property: Id(0)] ImmutableArray<string> TenantIds, [property: Id(1)] int HoldHoursBeforeClosing = 48, [property: Id(2)] int UnhealthyMax = 0,
    [property: Id(3)] bool RollsBack = true, [property: Id(4)] bool Rehearses = true);

/// <param name="State"><c>planning planned running paused rolling_back rolled_back succeeded</c>.</param>
/// <param name="Message">Why it is as it is; null when nothing needs saying.</param>
[GenerateSerializer, Alias("release-view")]
public sealed record ReleaseView(
    [property: Id(0)] string Id, [property: Id(1)] string? Version, [property: Id(2)] ImmutableArray<string> Picks, [property: Id(3)] string State,
    [property: Id(4)] string? Message, [property: Id(5)] ReleaseSettings Settings, [property: Id(6)] ImmutableArray<WaveView> Waves,
    [property: Id(7)] DateTimeOffset CreatedAt, [property: Id(8)] string CreatedBy, [property: Id(9)] DateTimeOffset? StartedAt, [property: Id(10)] DateTimeOffset? EndedAt);

/// <param name="State"><c>pending running soaking succeeded failed rolling_back rolled_back</c>.</param>
/// <param name="SoaksUntil">While it soaks.</param>
/// <param name="Counts">How many sites are in which state.</param>
[GenerateSerializer, Alias("wave-view")]
public sealed record WaveView(
    [property: Id(0)] int Number, [property: Id(1)] string State, [property: Id(2)] WaveSettings Settings, [property: Id(3)] int Sites,
    [property: Id(4)] ImmutableDictionary<string, int> Counts, [property: Id(5)] DateTimeOffset? StartedAt, [property: Id(6)] DateTimeOffset? SoaksUntil);
