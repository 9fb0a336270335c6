using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Storage.Campaign.Reading;
using PrizeDraw.Storage.Central.Evidence;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Says what still needs a campaign's data, before that is put away or removed: entrants, winners and the public come first.</summary>
internal sealed class Settling(OpenMatters matters, PublicFiles files, IRehearsalQueries rehearsals)
{
    /// <summary>What is open, by field. Nothing for a campaign that never had data, or was settled when it was archived.</summary>
    public async Task<IReadOnlyList<FieldError>> OpenAsync(string tenantId, string campaignId, string state, CancellationToken ct)
    {
        var open = new List<FieldError>();
        if (state is not (CampaignLife.Ready or CampaignLife.Completed))
        {
            return open;
        }

        if ((await rehearsals.ListAsync(tenantId, campaignId, 1, null, ct)).Items.Length > 0)
        {
            open.Add(new FieldError("rehearsals", "A rehearsal still has its data here. End it, and wait until it is deleted."));
        }

        if (state == CampaignLife.Completed)
        {
            Add(open, await matters.CountAsync(tenantId, campaignId, ct));
            if (await files.FindAsync(tenantId, campaignId, PublicFileNames.InstantCheck, ct) is null)
            {
                open.Add(new FieldError("instant", "The instant wins are still being revealed and recounted. That takes some minutes after the closing."));
            }
        }

        return open;
    }

    private static void Add(List<FieldError> open, OpenMattersCount? count)
    {
        void Open(long? number, string field, string message)
        {
            if (number > 0)
            {
                open.Add(new FieldError(field, $"{number} {message}"));
            }
        }

        Open(count?.Claims, "claims", "prize(s) are told or claimed, and neither handed over nor passed on. Settle each claim.");
        Open(count?.Draws, "draws", "draw(s) are not published. Publish or void each.");
        Open(count?.Certificates, "certificates", "certificate(s) do not tell all that happened yet. They follow within minutes.");
        Open(count?.Mails, "mails", "mail(s) to entrants are still to be sent.");
    }
}
