using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>
/// Whom a campaign's notices are sent to: its campaign managers, or, so that an alert never reaches nobody, every super_admin where it has
/// none; and the tenant's webhooks.
/// </summary>
public sealed class NoticeTargets(CentralDatabase central, IUserQueries users)
{
    private const string Managers =
        """
        select u.user_id from user_tenant t join platform_user u on u.user_id = t.user_id
        where t.tenant_id = $1 and u.role = 'campaign_manager' and not u.disabled order by u.user_id
        """;

    private const string SuperAdmins = "select user_id from platform_user where role = 'super_admin' and not disabled order by user_id";

    private const string Webhooks = "select webhook_id, events from webhook where tenant_id = $1 order by webhook_id";

    /// <summary>Users' ids.</summary>
    internal async Task<ImmutableArray<string>> PeopleAsync(Guid tenant, Guid campaign, CancellationToken ct)
    {
        ImmutableArray<Guid> managers, admins;
        await using (var work = await central.BeginAsync(tenant, ct))
        {
            managers = await work.Connection.ListAsync(Managers, [tenant], row => row.GetGuid(0), ct);
            admins = await work.Connection.ListAsync(SuperAdmins, [], row => row.GetGuid(0), ct);
        }

        var mine = ImmutableArray.CreateBuilder<string>();
        foreach (var manager in managers)
        {
            // Who is narrowed to campaigns, perhaps of another tenant, sees those alone: only the whole account tells.
            if (await users.FindAsync(Ids.Format(Ids.User, manager), ct) is { } user && Sees(user, tenant, campaign))
            {
                mine.Add(user.Id);
            }
        }

        return mine.Count > 0 ? mine.ToImmutable() : [.. admins.Select(id => Ids.Format(Ids.User, id))];
    }

    /// <summary>Users' ids: who is told of what concerns no campaign.</summary>
    internal async Task<ImmutableArray<string>> SuperAdminsAsync(CancellationToken ct)
    {
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        return await work.Connection.ListAsync(SuperAdmins, [], row => Ids.Format(Ids.User, row.GetGuid(0)), ct);
    }

    /// <summary>Whether this account is still one to be told of the campaign.</summary>
    public static bool Sees(UserView user, Guid tenant, Guid campaign) => !user.Disabled && user.Role switch
    {
        Roles.SuperAdmin => true,
        Roles.CampaignManager => user.TenantIds.Contains(Ids.Format(Ids.Tenant, tenant))
            && (user.CampaignIds.IsEmpty || user.CampaignIds.Contains(Ids.Format(Ids.Campaign, campaign))),
        _ => false,
    };

    internal static Task<ImmutableArray<WebhookTarget>> WebhooksAsync(CentralUnitOfWork work, Guid tenant, CancellationToken ct) =>
        work.Connection.ListAsync(
            Webhooks, [tenant], row => new WebhookTarget(Ids.Format(Ids.Webhook, row.GetGuid(0)), row.GetFieldValue<string[]>(1)), ct);
}

/// <param name="Events">Kinds to tell of; empty is all.</param>
internal sealed record WebhookTarget(string Id, string[] Events)
{
    public bool Wants(string kind) => Events.Length == 0 || Events.Contains(kind, StringComparer.Ordinal);
}
