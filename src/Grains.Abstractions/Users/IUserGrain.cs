using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Users;

/// <summary>Owns one user account. Key: the user's id. Refusals: <c>user.not_found</c>, <c>user.email_taken</c>,
/// <c>user.invalid</c>, <c>user.version_conflict</c>, <c>user.last_super_admin</c>.</summary>
[Alias("user-grain")]
public interface IUserGrain : IGrainWithStringKey
{
    [Alias("create")] Task<Result<UserView>> CreateAsync(CreateUser command);

    [Alias("update")] Task<Result<UserView>> UpdateAsync(UpdateUser command);

    /// <summary>Stores a new password hash and ends every session.</summary>
    [Alias("set-password")] Task<Result<bool>> SetPasswordAsync(SetPassword command);
}

/// <param name="PasswordHash">Made by ASP.NET Core Identity's hasher; the password itself never travels.</param>
/// <param name="TenantIds">Tenants that the user sees; ignored for <c>super_admin</c>.</param>
/// <param name="CampaignIds">When not empty, only these campaigns of those tenants.</param>
[GenerateSerializer, Alias("create-user")]
public sealed record CreateUser(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string Email,
    [property: Id(2)] string Role,
    [property: Id(3)] ImmutableArray<string> TenantIds,
    [property: Id(4)] ImmutableArray<string> CampaignIds,
    [property: Id(5)] string PasswordHash);

[GenerateSerializer, Alias("update-user")]
public sealed record UpdateUser(
    [property: Id(0)] Actor Actor,
    [property: Id(1)] string? Role,
    [property: Id(2)] ImmutableArray<string>? TenantIds,
    [property: Id(3)] ImmutableArray<string>? CampaignIds,
    [property: Id(4)] bool? Disabled,
    [property: Id(5)] long? IfMatch);

[GenerateSerializer, Alias("set-password")]
public sealed record SetPassword([property: Id(0)] Actor Actor, [property: Id(1)] string PasswordHash);

[GenerateSerializer, Alias("user-view")]
public sealed record UserView(
    [property: Id(0)] string Id,
    [property: Id(1)] string Email,
    [property: Id(2)] string Role,
    [property: Id(3)] ImmutableArray<string> TenantIds,
    [property: Id(4)] ImmutableArray<string> CampaignIds,
    [property: Id(5)] bool Disabled,
    [property: Id(6)] long Version,
    [property: Id(7)] DateTimeOffset CreatedAt);

public interface IUserQueries
{
    Task<UserView?> FindAsync(string userId, CancellationToken ct);

    Task<Page<UserView>> ListAsync(int limit, string? cursor, CancellationToken ct);
}

/// <summary>The account as ASP.NET Core Identity sees it; its store is in Storage and reads with the system role.</summary>
public sealed class PlatformUser
{
    public required string Id { get; init; }
    public required string Email { get; set; }
    public required string NormalizedEmail { get; set; }
    public string? PasswordHash { get; set; }
    public string SecurityStamp { get; set; } = "";
    public int AccessFailedCount { get; set; }
    public DateTimeOffset? LockoutEnd { get; set; }
    public required string Role { get; init; }
    public bool Disabled { get; init; }
    public ImmutableArray<string> TenantIds { get; init; } = [];
    public ImmutableArray<string> CampaignIds { get; init; } = [];
}

/// <summary>
/// Signed-in sessions. An access token names its session; logging out, disabling the user or a new password ends it at once.
/// </summary>
public interface ISessions
{
    /// <summary>Opens a session; <paramref name="refreshHash"/> is SHA-256 of the refresh token.</summary>
    Task<string> OpenAsync(string userId, byte[] refreshHash, DateTimeOffset expiresAt, CancellationToken ct);

    /// <summary>The user of a session that is open now, or null.</summary>
    Task<PlatformUser?> FindUserAsync(string sessionId, DateTimeOffset now, CancellationToken ct);

    /// <summary>
    /// Exchanges a refresh token for another, once. A token used before ends the session (it has been stolen or replayed) and
    /// answers null.
    /// </summary>
    Task<(string SessionId, PlatformUser User)?> RotateAsync(byte[] refreshHash, byte[] newRefreshHash, DateTimeOffset now, CancellationToken ct);

    Task CloseAsync(string sessionId, CancellationToken ct);
}
