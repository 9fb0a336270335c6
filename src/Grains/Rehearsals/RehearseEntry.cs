using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Rehearsals;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Rehearsals;
using PrizeDraw.Storage.Central.Sync;

namespace PrizeDraw.Grains.Rehearsals;

/// <summary>
/// After a sync one entry is rehearsed, so that a site is known to be well before people meet it. Left out, with a line in the log, where the campaign can't be
/// rehearsed or the release does not want it.
/// </summary>
internal sealed class RehearseEntry(OneEntry one, ICampaignQueries campaigns, ICampaignDataQueries data, ReleaseStore releases) : SagaStep<Nothing>
{
    public override string Name => "rehearse-entry";

    public override string Done => "Entries are taken.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(2);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        var campaign = await campaigns.FindAsync(Scope.Of(deployment.TenantId), deployment.CampaignId, ct);
        var why = campaign is null || !RehearsalRules.MayRehearse(campaign.State) ? $"The campaign is {campaign?.State ?? "gone"}."
            : !await releases.RehearsesAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), Ids.Parse(Ids.Campaign, deployment.CampaignId), ct) ? "The release wants none."
            : await data.StatsAsync(deployment.TenantId, deployment.CampaignId, ct) is null ? "The campaign has no database."
            : await one.TryAsync(new RehearsalAddress(deployment.TenantId, deployment.CampaignId, IdOf(step.Nonce)), campaign.Settings, ct);
        if (why is not null)
        {
            step.Log($"No entry was rehearsed. {why}");
        }

        return new Nothing();
    }

    /// <summary>The same for each attempt of the same step: what an attempt before left is taken up.</summary>
    private static string IdOf(string nonce)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], ulong.Parse(nonce, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return Ids.Format(Ids.Rehearsal, new Guid(id, bigEndian: true));
    }
}
