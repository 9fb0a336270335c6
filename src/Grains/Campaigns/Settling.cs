using System;
using System.Collections.Generic;
using System.Data.Common;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Abstractions.Rehearsals;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Providers;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Reading;
using PrizeDraw.Storage.Central.Evidence;

namespace PrizeDraw.Grains.Campaigns;

/// <summary>Says what still needs a campaign's data, before that is put away or removed: entrants, winners and the public come first.</summary>
internal sealed partial class Settling(
    OpenMatters matters, PublicFiles files, IRehearsalQueries rehearsals, LostParts lost, AuditRecall recall, ILogger<Settling> log)
{
    /// <summary>Why nobody can tell what is open in a database that rests.</summary>
    internal static readonly FieldError Asleep =
        new("database", "The database is paused at its provider, so that nobody can see what is open. Wake it there, then try again.");

    /// <summary>As above, where what the central database says of the campaign may be older than the campaign.</summary>
    internal static readonly FieldError AsleepSinceRestore = new("database",
        "The database is paused at its provider, and the campaign may have gone on since the backup that this installation was restored from. Wake it there, then try again. One that can't be woken any more has to be deleted there first.");

    internal static readonly FieldError Refused = new("database",
        "The database refuses the password that this installation knows, which was replaced after the backup. Set it back there, or delete the database at its provider, then try again.");

    private static readonly FieldError Unknown = new("entries",
        "The database has entries, of a campaign that was never published as far as this installation knows: it went on after the backup that this was restored from. Keep it while anybody needs them; if nobody does, delete the database at its provider first.");

    // Somebody waits for the answer, and the campaign's turn is held: settle-records looks thoroughly.
    private static readonly TimeSpan AskedFor = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Why the campaign may not be put away; null when nobody needs its data any more, or when that is lost at its provider: then nothing can be settled
    /// that is not, and it holds nothing up. What can't be looked at otherwise is thrown.
    /// </summary>
    public async Task<DomainError?> RefusalAsync(CampaignDeployment deployment, string state, CancellationToken ct)
    {
        var (open, unseen) = (default(IReadOnlyList<FieldError>), default(ExceptionDispatchInfo));
        try
        {
            open = await OpenAsync(deployment.TenantId, deployment.CampaignId, state, ct);
        }
        catch (Exception e) when (e is DbException or SocketException or TimeoutException or StorageUnavailableException)
        {
            unseen = ExceptionDispatchInfo.Capture(e);
        }

        // What was counted stands, whatever the provider says. A rehearsal's rows are elsewhere: those say nothing of the database.
        if ((open is null || (state == CampaignLife.Ready && open.Count > 0)) && deployment.IsThere(CreateDatabase.StepName))
        {
            open = await AtProviderAsync(deployment, open, ct);
        }

        if (open is null)
        {
            unseen!.Throw();
        }

        return open is { Count: > 0 } ? new CampaignNotSettled(open) : null;
    }

    /// <summary>
    /// Why a removal may not take over from an undoing that is stuck; null when it may. In a restored installation a database that rests ends the removal, and
    /// by then nobody would go on with the undoing.
    /// </summary>
    public async Task<DomainError?> TakingOverRefusalAsync(CampaignDeployment deployment, string state, CancellationToken ct)
    {
        if (state == CampaignLife.Failed || !deployment.IsThere(CreateDatabase.StepName) || !await recall.IsOlderAsync(deployment.TenantId, deployment.CampaignId, ct))
        {
            return null;
        }

        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(AskedFor);
        try
        {
            return await lost.IsDatabaseRestingAsync(deployment, soon.Token) ? new CampaignNotSettled([AsleepSinceRestore]) : null;
        }
        catch (Exception e) when (e is ProviderException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogNotAsked(deployment.CampaignId, e);
            return null;
        }
    }

    /// <summary>What is open, by what the provider says of the database; as it was where that can't be asked.</summary>
    private async Task<IReadOnlyList<FieldError>?> AtProviderAsync(CampaignDeployment deployment, IReadOnlyList<FieldError>? open, CancellationToken ct)
    {
        using var soon = CancellationTokenSource.CreateLinkedTokenSource(ct);
        soon.CancelAfter(AskedFor);
        try
        {
            if (!await lost.KnowsDatabaseAsync(deployment, soon.Token))
            {
                LogLost(deployment.CampaignId);
                return [];
            }

            return open is null && await lost.IsDatabaseRestingAsync(deployment, soon.Token) ? [Asleep] : open;
        }
        catch (ProviderException e) when (open is null && e.Fault is (ProviderFault.Rejected or ProviderFault.NameTaken))
        {
            // It is there, in another shape than it was made in, and nobody could look into it.
            return [new FieldError("database", e.Message)];
        }
        catch (Exception e) when (e is ProviderException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            LogNotAsked(deployment.CampaignId, e);
            return open;
        }
    }

    /// <summary>What is open, by field. Nothing for a campaign that never had data, or was settled when it was archived.</summary>
    public Task<IReadOnlyList<FieldError>> OpenAsync(string tenantId, string campaignId, string state, CancellationToken ct) =>
        OpenAsync(tenantId, campaignId, state, () => matters.CountAsync(tenantId, campaignId, ct), ct);

    /// <summary>As above, over a connection to the campaign's database; and whether that has entries where there can't be any.</summary>
    public async Task<IReadOnlyList<FieldError>> OpenAsync(NpgsqlConnection database, string tenantId, string campaignId, string state, CancellationToken ct)
    {
        var open = await OpenAsync(tenantId, campaignId, state, () => OpenMatters.CountAsync(database, campaignId, ct), ct);
        return state != CampaignLife.Completed && await OpenMatters.HasEntriesAsync(database, campaignId, ct) ? [.. open, Unknown] : open;
    }

    private async Task<IReadOnlyList<FieldError>> OpenAsync(
        string tenantId, string campaignId, string state, Func<Task<OpenMattersCount?>> count, CancellationToken ct)
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
            Add(open, await count());
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database of campaign {Campaign} is not at its provider any more: what was open in it is not counted.")]
    private partial void LogLost(string campaign);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The provider of campaign {Campaign}'s database could not be asked whether it is there.")]
    private partial void LogNotAsked(string campaign, Exception e);
}
