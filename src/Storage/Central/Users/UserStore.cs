using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Users;

/// <summary>Writes accounts, each in one transaction with its audit event. Called by the user's grain alone.</summary>
public sealed class UserStore(CentralDatabase central, TimeProvider time)
{
    // Two super_admins who demote each other at once take turns.
    private const long SuperAdminLock = 0x7072_697a_6564_7361;

    private const string Find = $"select {UserRow.Columns} from platform_user u where u.user_id = $1";

    private const string Insert =
        """
        insert into platform_user (user_id, email, normalized_email, password_hash, security_stamp, role, created_at, updated_at)
        values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (user_id) do nothing
        """;

    private const string Update =
        """
        update platform_user set role = $3, disabled = $4, version = version + 1, updated_at = $5
        where user_id = $1 and version = $2
        """;

    private const string SetPassword =
        """
        update platform_user set password_hash = $2, security_stamp = $3, access_failed_count = 0, lockout_end = null,
          version = version + 1, updated_at = $4
        where user_id = $1
        """;

    private const string EndSessions = "update user_session set ended_at = $2 where user_id = $1 and ended_at is null";

    private const string OtherSuperAdmins =
        "select count(*) from platform_user where role = 'super_admin' and not disabled and user_id <> $1";

    /// <summary>How Identity looks an address up (its UpperInvariantLookupNormalizer).</summary>
    public static string Normalize(string email) => email.Normalize().ToUpperInvariant();

    /// <summary>Whether anybody can do everything: false on an empty installation.</summary>
    public async Task<bool> HasSuperAdminAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.ScalarAsync<long>(OtherSuperAdmins, [Guid.Empty], ct) > 0;
    }

    /// <summary>Creates the account. Repeated with the same address it answers the account that is there.</summary>
    public async Task<(UserWrite Outcome, UserView? User)> CreateAsync(
        Guid userId, string email, string role, UserGrants grants, string passwordHash, string actor, CancellationToken ct)
    {
        var given = role == Roles.SuperAdmin ? UserGrants.None : grants;
        await using var work = await central.BeginAsync([CentralDatabase.PlatformTenant, .. given.Tenants], ct);
        try
        {
            var now = time.GetUtcNow();
            var inserted = await work.Connection.RunAsync(
                Insert, [userId, email, Normalize(email), passwordHash, NewStamp(), role, now], ct);
            if (inserted == 0)
            {
                var there = await LoadAsync(userId, ct);
                return there?.Email == email ? (UserWrite.Done, there) : (UserWrite.VersionConflict, null);
            }

            var outcome = await GrantAsync(work, userId, given, ct);
            if (outcome != UserWrite.Done)
            {
                return (outcome, null);
            }

            await AuditAsync(work, userId, actor, "user.created", null, Facts(role, given, false), ct);
            await work.CommitAsync(ct);
        }
        catch (PostgresException error) when (error.ConstraintName == "user_email_is_unique")
        {
            return (UserWrite.EmailTaken, null);
        }

        return (UserWrite.Done, await LoadAsync(userId, ct));
    }

    /// <summary>Changes role, grants or whether the account may log in. A disabled account's sessions end.</summary>
    public async Task<(UserWrite Outcome, UserView? User)> UpdateAsync(Guid userId, UserChange change, string actor, CancellationToken ct)
    {
        var before = await LoadAsync(userId, ct);
        if (before is null || (change.IfMatch is { } expected && expected != before.Version))
        {
            return (before is null ? UserWrite.NotFound : UserWrite.VersionConflict, null);
        }

        var old = new UserGrants(Uuids(Ids.Tenant, before.TenantIds), Uuids(Ids.Campaign, before.CampaignIds));
        var role = change.Role ?? before.Role;
        var disabled = change.Disabled ?? before.Disabled;
        var grants = role == Roles.SuperAdmin
            ? UserGrants.None
            : new UserGrants(change.Tenants ?? old.Tenants, change.Campaigns ?? old.Campaigns);
        await using var work = await central.BeginAsync([CentralDatabase.PlatformTenant, .. old.Tenants.Union(grants.Tenants)], ct);
        var outcome = await ChangeAsync(work, userId, before, role, disabled, grants, ct);
        if (outcome != UserWrite.Done)
        {
            return (outcome, null);
        }

        await AuditAsync(
            work, userId, actor, "user.updated", Facts(before.Role, old, before.Disabled), Facts(role, grants, disabled), ct);
        await work.CommitAsync(ct);
        return (UserWrite.Done, await LoadAsync(userId, ct));
    }

    /// <summary>Stores a new password hash, lifts a lockout and ends every session.</summary>
    public async Task<UserWrite> SetPasswordAsync(Guid userId, string passwordHash, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        var now = time.GetUtcNow();
        if (await work.Connection.RunAsync(SetPassword, [userId, passwordHash, NewStamp(), now], ct) == 0)
        {
            return UserWrite.NotFound;
        }

        await work.Connection.RunAsync(EndSessions, [userId, now], ct);
        await AuditAsync(work, userId, actor, "user.password_set", null, null, ct);
        await work.CommitAsync(ct);
        return UserWrite.Done;
    }

    private static Guid[] Uuids(string kind, System.Collections.Immutable.ImmutableArray<string> ids) =>
        [.. ids.Select(id => Ids.Parse(kind, id))];

    private static string NewStamp() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    private static object Facts(string role, UserGrants grants, bool disabled) => new
    {
        Role = role,
        TenantIds = grants.Tenants.Select(id => Ids.Format(Ids.Tenant, id)),
        CampaignIds = grants.Campaigns.Select(id => Ids.Format(Ids.Campaign, id)),
        Disabled = disabled,
    };

    private async Task<UserWrite> ChangeAsync(
        CentralUnitOfWork work, Guid userId, UserView before, string role, bool disabled, UserGrants grants, CancellationToken ct)
    {
        var wasSuperAdmin = before is { Role: Roles.SuperAdmin, Disabled: false };
        if (wasSuperAdmin && (role != Roles.SuperAdmin || disabled))
        {
            await work.Connection.RunAsync("select pg_advisory_xact_lock($1)", [SuperAdminLock], ct);
            if (await work.Connection.ScalarAsync<long>(OtherSuperAdmins, [userId], ct) == 0)
            {
                return UserWrite.LastSuperAdmin;
            }
        }

        var now = time.GetUtcNow();
        if (await work.Connection.RunAsync(Update, [userId, before.Version, role, disabled, now], ct) == 0)
        {
            return UserWrite.VersionConflict;
        }

        if (disabled)
        {
            await work.Connection.RunAsync(EndSessions, [userId, now], ct);
        }

        // Campaign grants go with the tenants'.
        await work.Connection.RunAsync("delete from user_tenant where user_id = $1", [userId], ct);
        return await GrantAsync(work, userId, grants, ct);
    }

    private static async Task<UserWrite> GrantAsync(CentralUnitOfWork work, Guid userId, UserGrants grants, CancellationToken ct)
    {
        var tenants = grants.Tenants.Distinct().ToArray();
        var given = await work.Connection.RunAsync(
            "insert into user_tenant (tenant_id, user_id) select tenant_id, $1 from tenant where tenant_id = any($2)", [userId, tenants], ct);
        if (given != tenants.Length)
        {
            return UserWrite.UnknownTenant;
        }

        var campaigns = grants.Campaigns.Distinct().ToArray();
        given = await work.Connection.RunAsync(
            """
            insert into user_campaign (tenant_id, user_id, campaign_id)
            select tenant_id, $1, campaign_id from campaign where campaign_id = any($2) and tenant_id = any($3)
            """, [userId, campaigns, tenants], ct);
        return given == campaigns.Length ? UserWrite.Done : UserWrite.UnknownCampaign;
    }

    private Task AuditAsync(
        CentralUnitOfWork work, Guid userId, string actor, string action, object? before, object? after, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return work.AuditAsync(
            new AuditEvent(
                CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, null, actor, action, Ids.Format(Ids.User, userId), before, after),
            ct);
    }

    private async Task<UserView?> LoadAsync(Guid userId, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(Find, [userId], UserRow.ReadView, ct);
    }
}
