using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Installations;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Replacing the campaign's secrets: the old one holds until the new one does, and no attempt leaves the campaign without one.</summary>
public sealed partial class CampaignGrain
{
    private const string KeyReminder = "site-key";

    /// <summary>For so long the site key before is taken, once the site with the new one answers: pages that are open in a browser have it.</summary>
    internal static readonly TimeSpan KeyGrace = TimeSpan.FromHours(24);

    public async Task<Result<CampaignView>> RotateAsync(RotateSecret command) =>
        await ChangeAsync<CampaignView>(
            CampaignCommandKind.Rotate, command.IfMatch, async () => await incarnation.RefusalAsync() ?? await StartRotationAsync(command.Actor, command.What switch
        {
            Rotated.SiteKey => DeploymentKind.RotateSiteKey,
            Rotated.DatabasePassword => DeploymentKind.RotateDatabasePassword,
            Rotated.OwnerPassword => DeploymentKind.RotateOwnerPassword,
            _ => throw new ArgumentOutOfRangeException(nameof(command), command.What, "There is no such secret."),
        }));

    private async Task<Result<CampaignView>> StartRotationAsync(Actor actor, string kind)
    {
        if (kind == DeploymentKind.RotateOwnerPassword
            && await secrets.GetAsync(tenantId, CampaignId, SecretNames.DatabaseOwnerPassword, CancellationToken.None) is null)
        {
            return Refusals.Of(new RotationUnsupported());
        }

        if (kind != DeploymentKind.RotateSiteKey)
        {
            return await StartAsync(actor, kind, row!);
        }

        if (row!.PreviousSiteKeyUntil is { } until && until > clock.GetUtcNow())
        {
            return Refusals.Of(new RotationTooSoon(until));
        }

        // One that a run before did not come to the end with may stand in the repository already.
        var next = row.NextSiteKey ?? NewSiteKey();
        return await StartAsync(actor, kind, row with
        {
            NextSiteKey = next,
            PreviousSiteKey = null,
            PreviousSiteKeyUntil = null,
            Content = SiteContent.TextOf(settings, next, plan.ApiUrl),
        });
    }

    /// <summary>The new key's site answers: the old one's last day has begun.</summary>
    private CampaignRow WithNextKey(CampaignRow built) => built with
    {
        SiteKey = built.NextSiteKey,
        NextSiteKey = null,
        PreviousSiteKey = built.SiteKey,
        PreviousSiteKeyUntil = clock.GetUtcNow() + KeyGrace,
    };

    /// <summary>The site was built with the key that is in use: one that was to follow goes as one before does, since the site may have had it.</summary>
    private CampaignRow WithoutNextKey(CampaignRow built) => built.NextSiteKey is null ? built : built with
    {
        NextSiteKey = null,
        PreviousSiteKey = built.NextSiteKey,
        PreviousSiteKeyUntil = clock.GetUtcNow() + KeyGrace,
    };

    /// <summary>Before the row is stored, so that no crash leaves a key that nobody forgets.</summary>
    private Task RemindOfKeyAsync(CampaignRow next) => next.PreviousSiteKey is not null && next.PreviousSiteKey != row!.PreviousSiteKey
        ? RemindAsync(KeyReminder, next.PreviousSiteKeyUntil!.Value) : Task.CompletedTask;

    /// <summary>It is refused from its last moment on, whenever it is forgotten.</summary>
    private Task ForgetKeyAsync() => InTurnAsync<bool>(async () =>
    {
        if (row is { PreviousSiteKeyUntil: { } until } && until <= clock.GetUtcNow())
        {
            await SaveAsync(
                row with { PreviousSiteKey = null, PreviousSiteKeyUntil = null },
                new CampaignChange(Audit(Actor.System, "campaign.site_key_forgotten", null, null)));
        }

        return true;
    });

    /// <summary>After a deployment's end that was cut short before what follows from it.</summary>
    private Task RefollowContentAsync() => InTurnAsync<bool>(async () =>
    {
        await FollowContentAsync(Actor.System);
        return true;
    });

    private Task AddSecretAsync(CentralUnitOfWork work, string? name, CancellationToken ct) => name is null ? Task.CompletedTask
        : secrets.AddAsync(work, tenantId, CampaignId, name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), ct);

    private async Task ForgetSecretsAsync(CentralUnitOfWork work, IReadOnlyList<string> names, CancellationToken ct)
    {
        foreach (var name in names)
        {
            await secrets.DeleteAsync(work, tenantId, CampaignId, name, ct);
        }
    }
}
