using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Concurrency;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Sync;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Sync;

/// <inheritdoc cref="ITemplateVersionsGrain"/>
[Reentrant, GrainType("template-versions")]
public sealed partial class TemplateVersionsGrain : DueWorkGrain, ITemplateVersionsGrain
{
    private const string VersionsReminder = "template-versions";

    /// <summary>Versions come by themselves at GitHub; nobody need ask.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromHours(1), TimeOut = TimeSpan.FromMinutes(2);
    private readonly TemplateVersionsGrainParts parts;
    private readonly ILogger<TemplateVersionsGrain> log;
    private DateTimeOffset? nextAt;

    public TemplateVersionsGrain(TemplateVersionsGrainParts parts, TimeProvider clock, ILogger<TemplateVersionsGrain> log)
        : base(clock, log) => (this.parts, this.log) = (parts, log);

    protected override string DueReminderName => VersionsReminder;

    public async Task<Result<bool>> RefreshAsync(RefreshVersions command)
    {
        nextAt = null;
        await WakeAsync();
        return true;
    }

    protected override async Task WorkAsync(CancellationToken ct)
    {
        if (nextAt > Clock.GetUtcNow())
        {
            return;
        }

        nextAt = Clock.GetUtcNow() + Every;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (source, tenant, campaign) in await parts.Versions.SourcesAsync(ct))
        {
            if (seen.Contains(source))
            {
                continue;
            }

            await TryAsync(Ids.Format(Ids.Campaign, campaign), token => LookAsync(tenant, campaign, seen, token), ct);
        }

        // Before there is any site, so that the first ones are known to be at the newest version.
        if (parts.Options.Defaults.Repository is null or ProviderNames.Local && !seen.Contains(LocalTemplateHistory.Local))
        {
            await TryAsync("(this machine)", LookHereAsync, ct);
        }
    }

    protected override Task<DateTimeOffset?> NextDueAsync(CancellationToken ct) => Task.FromResult(nextAt);

    private async Task TryAsync(string whose, Func<CancellationToken, Task> look, CancellationToken ct)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(TimeOut);
        try
        {
            await look(limited.Token);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogUnseen(whose, e);
        }
    }

    private async Task LookAsync(Guid tenant, Guid campaign, HashSet<string> seen, CancellationToken ct)
    {
        if (await parts.Opener.CampaignAsync(tenant, campaign, ct) is { } view && await parts.Opener.OpenAsync(view, ct) is { } opened && !seen.Contains(opened.Sync.Source))
        {
            await KeepAsync(opened.Sync.Source, await opened.Sync.VersionsAsync(ct), ct);
            seen.Add(opened.Sync.Source);
        }
    }

    private async Task LookHereAsync(CancellationToken ct) => await KeepAsync(parts.Here.Source, await parts.Here.VersionsAsync(ct), ct);

    private Task KeepAsync(string source, IEnumerable<TemplateVersion> versions, CancellationToken ct) =>
        parts.Versions.SaveAsync(source, [.. versions.Select(v => (v.Tag, v.Commit, null as string))], ct);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The versions of the template that the site of {Campaign} takes could not be looked at.")]
    private partial void LogUnseen(string campaign, Exception e);
}

/// <summary>What the grain of the template's versions works with.</summary>
public sealed class TemplateVersionsGrainParts
{
    internal TemplateVersionsGrainParts(TemplateVersionStore versions, SiteOpener opener, ITemplateHistory here, ProvisioningOptions options) =>
        (Versions, Opener, Here, Options) = (versions, opener, here, options);

    internal TemplateVersionStore Versions { get; }

    internal SiteOpener Opener { get; }

    /// <summary>The template of this machine.</summary>
    internal ITemplateHistory Here { get; }

    internal ProvisioningOptions Options { get; }
}
