using System;
using System.Text.Encodings.Web;
using System.Text.Json;
using PrizeDraw.Domain.Domains;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>What happened to deployments and releases and was found in accounts, as people and as programs are told it.</summary>
internal static class ProvisioningNotice
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>As an e-mail; null for notices of another sort.</summary>
    public static NoticeText? TextOf(ClaimedDelivery delivery, NoticeBody notice, string platformUrl) => notice.Kind switch
    {
        NoticeKinds.DeploymentPaused => OfCampaign(
            notice, platformUrl, $"Waiting for you: {delivery.Campaign}",
            $"The deployment of \"{delivery.Campaign}\" waits at the step {notice.Step}.\n\n{notice.Message}\n\n"
            + "Nothing has been undone. It is tried again every five minutes, and goes on where it was once that is over. "
            + "Where a credential is refused, or lacks a right, a super admin has to store another one under Providers."),
        NoticeKinds.DeploymentQuarantined => OfCampaign(
            notice, platformUrl, $"Something is left behind: {delivery.Campaign}",
            $"{LeftBehind(delivery, notice)}\n\n{notice.Message}\n\nIt is tried again every five minutes. Until then it may cost money, or be reachable."),
        NoticeKinds.QuarantineCleared => OfCampaign(
            notice, platformUrl, $"Nothing is left behind any more: {delivery.Campaign}",
            $"What a deployment of \"{delivery.Campaign}\" had left behind, since it could not be undone, is gone now. There is nothing to do."),
        NoticeKinds.DeploymentSucceeded => OfCampaign(
            notice, platformUrl, $"Goes on again: {delivery.Campaign}", $"The deployment of \"{delivery.Campaign}\", which had to wait, has succeeded."),
        NoticeKinds.DomainActive => OfCampaign(
            notice, platformUrl, $"Active: {notice.Domain}", $"The site of \"{delivery.Campaign}\" answers at https://{notice.Domain} now."),
        NoticeKinds.DomainLost => OfCampaign(
            notice, platformUrl, $"Not active any more: {notice.Domain}",
            $"The site of \"{delivery.Campaign}\" does not answer at https://{notice.Domain} any more.{Reason(notice)}\n\n"
            + "The campaign's page shows what to publish in DNS. It is looked at again by itself."),
        NoticeKinds.DomainGivenUp => OfCampaign(
            notice, platformUrl, $"Not looked at any more: {notice.Domain}",
            $"The domain {notice.Domain} of \"{delivery.Campaign}\" has not come on for {DomainChecks.GivenUpAfter.TotalDays:0} days.{Reason(notice)}\n\n"
            + "It is looked at again once somebody asks for it on the campaign's page; or remove it there."),
        NoticeKinds.ReconciliationFound => OfAccount(
            notice, platformUrl, $"Found in the account at {notice.Provider}",
            $"What is in the account at {notice.Provider} is not what campaigns know: {Count(notice.Orphans, "orphan", "orphans")} and "
            + $"{Count(notice.Missing, "part that is missing or changed", "parts that are missing or changed")} are new. Orphans are only deleted where that was switched on."),
        NoticeKinds.ReconciliationRefused => OfAccount(
            notice, platformUrl, $"Not deleting {notice.Orphans} orphans at {notice.Provider}",
            $"{notice.Orphans} orphans in the account at {notice.Provider} are due to be deleted. So many look like a mistake, so none is until somebody has looked: "
            + "delete or dismiss them one by one, until few are left."),
        NoticeKinds.ReleasePaused => OfRelease(
            notice, platformUrl, $"Stopped: release {notice.Version ?? "of chosen commits"}",
            $"The release of the site template ({notice.Version ?? "chosen commits"}) has stopped, since sites are worse than before.\n\n{notice.Message}\n\n"
            + "No further site is begun. Resume it or roll it back on its page."),
        NoticeKinds.ReleaseRolledBack => OfRelease(
            notice, platformUrl, $"Rolled back: release {notice.Version ?? "of chosen commits"}",
            $"The release of the site template ({notice.Version ?? "chosen commits"}) was rolled back.\n\n{notice.Message}"),
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
                CampaignId = notice.Campaign is { Length: > 0 } campaign ? campaign : null,
                CampaignName = notice.Campaign.Length > 0 ? delivery.Campaign : null,
                Deployment = notice.Deployment is { } id ? new { Id = id, notice.Step, notice.Message } : null,
                Domain = notice.Domain is { } domain ? new { Name = domain, notice.Message } : null,
                Release = notice.Release is { } release ? new { Id = release, notice.Version, notice.Message } : null,
                Reconciliation = notice.Provider is { } provider ? new { Provider = provider, notice.Orphans, notice.Missing } : null,
            }, Json);

    private static NoticeText OfCampaign(NoticeBody notice, string platformUrl, string subject, string text) => new(
        subject, $"{text}\n\nCampaign: {platformUrl}/admin/campaigns/{notice.Campaign}\n\n"
        + "You are told because you look after this campaign on the Prize Draw Platform.\n");

    private static NoticeText OfAccount(NoticeBody notice, string platformUrl, string subject, string text) => new(
        subject, $"{text}\n\nWhat was found: {platformUrl}/admin/reconciliation\n\nYou are told because you administer the Prize Draw Platform.\n");

    private static NoticeText OfRelease(NoticeBody notice, string platformUrl, string subject, string text) => new(
        subject, $"{text}\n\nRelease: {platformUrl}/admin/template/releases/{notice.Release}\n\nYou are told because you administer the Prize Draw Platform.\n");

    private static string LeftBehind(ClaimedDelivery delivery, NoticeBody notice) => notice.DeploymentKind == DeploymentKind.Decommission
        ? $"\"{delivery.Campaign}\" is being removed for good, and this could not be done yet: {notice.Step}."
        : $"The deployment of \"{delivery.Campaign}\" was to be undone, and what this did could not be: {notice.Step}.";

    private static string Reason(NoticeBody notice) => notice.Message is { } message ? $"\n\n{message}" : "";

    private static string Count(int? count, string one, string many) => $"{count ?? 0} {(count == 1 ? one : many)}";
}
