using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>What happened to deployments and was found in accounts, as people and as programs are told it.</summary>
internal static class ProvisioningNotice
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As an e-mail; null for notices of another sort.</summary>
    public static NoticeText? TextOf(ClaimedDelivery delivery, NoticeBody notice, string platformUrl) => notice.Kind switch
    {
        NoticeKinds.DeploymentPaused => OfCampaign(
            notice, platformUrl, $"Waiting for you: {delivery.Campaign}",
            $"The deployment of \"{delivery.Campaign}\" waits at the step {notice.Step}: a credential is refused or lacks a right.\n\n{notice.Message}\n\n"
            + "Nothing has been undone. It is tried again every five minutes, and goes on where it was once this is mended."),
        NoticeKinds.DeploymentQuarantined => OfCampaign(
            notice, platformUrl, $"Something is left behind: {delivery.Campaign}",
            $"The deployment of \"{delivery.Campaign}\" was to be undone, and what this made could not be: {notice.Step}.\n\n{notice.Message}\n\n"
            + "It is tried again every five minutes. Until then it may cost money, or be reachable."),
        NoticeKinds.DeploymentSucceeded => OfCampaign(
            notice, platformUrl, $"Goes on again: {delivery.Campaign}", $"The deployment of \"{delivery.Campaign}\", which had to wait, has succeeded."),
        NoticeKinds.ReconciliationFound => OfAccount(
            notice, platformUrl, $"Found in the account at {notice.Provider}",
            $"What is in the account at {notice.Provider} is not what campaigns know: {Count(notice.Orphans, "orphan", "orphans")} and "
            + $"{Count(notice.Missing, "part that is missing or changed", "parts that are missing or changed")} are new. Orphans are only deleted where that was switched on."),
        NoticeKinds.ReconciliationRefused => OfAccount(
            notice, platformUrl, $"Not deleting {notice.Orphans} orphans at {notice.Provider}",
            $"{notice.Orphans} orphans in the account at {notice.Provider} are due to be deleted. So many look like a mistake, so none is until somebody has looked: "
            + "delete or dismiss them one by one, until few are left."),
        _ => null,
    };

    /// <summary>As the body of a webhook; null for notices of another sort.</summary>
    public static byte[]? JsonOf(ClaimedDelivery delivery, NoticeBody notice, Func<DateTimeOffset, string> written) => NoticeKinds.IsOfStock(notice.Kind)
        ? null
        : JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Id = Ids.Format(Ids.Notice, delivery.NoticeId),
                notice.Kind,
                At = written(notice.At),
                TenantId = Ids.Format(Ids.Tenant, delivery.TenantId),
                CampaignId = notice.Deployment is null ? null : notice.Campaign,
                CampaignName = notice.Deployment is null ? null : delivery.Campaign,
                Deployment = notice.Deployment is { } id ? new { Id = id, notice.Step, notice.Message } : null,
                Reconciliation = notice.Provider is { } provider ? new { Provider = provider, notice.Orphans, notice.Missing } : null,
            }, Json);

    private static NoticeText OfCampaign(NoticeBody notice, string platformUrl, string subject, string text) => new(
        subject, $"{text}\n\nCampaign: {platformUrl}/admin/campaigns/{notice.Campaign}\n\n"
        + "You are told because you look after this campaign on the Prize Draw Platform.\n");

    private static NoticeText OfAccount(NoticeBody notice, string platformUrl, string subject, string text) => new(
        subject, $"{text}\n\nWhat was found: {platformUrl}/v1/reconciliation\n\nYou are told because you administer the Prize Draw Platform.\n");

    private static string Count(int? count, string one, string many) => $"{count ?? 0} {(count == 1 ? one : many)}";
}
