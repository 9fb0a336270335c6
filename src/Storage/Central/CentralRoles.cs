using System.Collections.Immutable;

namespace PrizeDraw.Storage.Central;

/// <summary>The platform's login roles. None is a superuser or passes row-level security by attribute.</summary>
public static class CentralRoles
{
    /// <summary>Owns and migrates the central database; nothing else logs in as it.</summary>
    public const string Owner = "platform_owner";

    /// <summary>Writes, within the tenants of the unit of work.</summary>
    public const string App = "platform_app";

    /// <summary>Reads, within the tenants of the unit of work.</summary>
    public const string Reader = "platform_reader";

    /// <summary>Reads across tenants, for login, id → tenant, site look-ups, sweeps and lists of <c>super_admin</c>.</summary>
    public const string System = "platform_system";

    /// <summary>Creates campaign databases and their roles.</summary>
    public const string Provisioner = "platform_provisioner";

    internal static readonly ImmutableArray<string> All = [Owner, App, Reader, System, Provisioner];
}
