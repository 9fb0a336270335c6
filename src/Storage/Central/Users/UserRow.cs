using System;
using System.Collections.Immutable;
using System.Linq;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Users;

/// <summary>Reads an account with its grants, which the system role alone sees across tenants.</summary>
internal static class UserRow
{
    /// <summary>The columns that the readers expect, of table <c>platform_user u</c>.</summary>
    public const string Columns =
        """
        u.user_id, u.email, u.role, u.disabled, u.version, u.created_at,
        array(select t.tenant_id from user_tenant t where t.user_id = u.user_id order by t.tenant_id),
        array(select g.campaign_id from user_campaign g where g.user_id = u.user_id order by g.campaign_id),
        u.normalized_email, u.password_hash, u.security_stamp, u.access_failed_count, u.lockout_end
        """;

    public static UserView ReadView(NpgsqlDataReader row) => new(
        Ids.Format(Ids.User, row.GetGuid(0)), row.GetString(1), row.GetString(2), Format(Ids.Tenant, row, 6), Format(Ids.Campaign, row, 7),
        row.GetBoolean(3), row.GetInt64(4), row.Time(5));

    public static PlatformUser ReadAccount(NpgsqlDataReader row) => new()
    {
        Id = Ids.Format(Ids.User, row.GetGuid(0)),
        Email = row.GetString(1),
        Role = row.GetString(2),
        Disabled = row.GetBoolean(3),
        TenantIds = Format(Ids.Tenant, row, 6),
        CampaignIds = Format(Ids.Campaign, row, 7),
        NormalizedEmail = row.GetString(8),
        PasswordHash = row.GetString(9),
        SecurityStamp = row.GetString(10),
        AccessFailedCount = row.GetInt32(11),
        LockoutEnd = row.TimeOrNull(12),
    };

    private static ImmutableArray<string> Format(string kind, NpgsqlDataReader row, int column) =>
        [.. row.GetFieldValue<Guid[]>(column).Select(id => Ids.Format(kind, id))];
}
