using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Links that show the site before it is published: each is audited, and all that there are can be ended at once.</summary>
public sealed partial class CampaignGrain
{
    public Task<Result<int>> MakePreviewAsync(MakePreview command) => PreviewsAsync(command.Actor, "campaign.preview_made", end: false, new { command.Hours });

    public Task<Result<int>> EndPreviewsAsync(CampaignCommand command) => PreviewsAsync(command.Actor, "campaign.previews_ended", end: true, null);

    private Task<Result<int>> PreviewsAsync(Actor actor, string action, bool end, object? told) => InTurnAsync<int>(async () => row is null
        ? Refusals.Of(new CampaignNotFound())
        : await store.PreviewsAsync(tenantId, campaignId, epoch, end, Audit(actor, action, null, told), CancellationToken.None)
            ?? throw new CampaignTakenOverException());
}
