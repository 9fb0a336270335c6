using System;

namespace PrizeDraw.Storage.Central.Users;

/// <summary>What came of a write to an account.</summary>
public enum UserWrite
{
    /// <summary>Written, with its audit event.</summary>
    Done,

    /// <summary>There is no such account.</summary>
    NotFound,

    /// <summary>Another account has the e-mail address.</summary>
    EmailTaken,

    /// <summary>The version is not the one that was expected, or the account to create is there and is another.</summary>
    VersionConflict,

    /// <summary>It would leave nobody who can do everything.</summary>
    LastSuperAdmin,

    /// <summary>A tenant in the grants does not exist.</summary>
    UnknownTenant,

    /// <summary>A campaign in the grants does not exist, or belongs to none of the tenants.</summary>
    UnknownCampaign,
}

/// <summary>What a user may see: nothing for <c>super_admin</c>, who needs no grant.</summary>
/// <param name="Tenants">Tenants that the user sees.</param>
/// <param name="Campaigns">When not empty, only these of them.</param>
public sealed record UserGrants(Guid[] Tenants, Guid[] Campaigns)
{
    public static readonly UserGrants None = new([], []);
}

/// <summary>A change to an account; null leaves each as it is.</summary>
public sealed record UserChange(string? Role, Guid[]? Tenants, Guid[]? Campaigns, bool? Disabled, long? IfMatch);
