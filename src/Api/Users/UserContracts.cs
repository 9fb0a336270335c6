using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Users;

/// <summary>A new user of the platform.</summary>
[Example("""{"email":"mary@example.com","role":"campaign_manager","tenantIds":["ten_0193a5f2c0de7a10b1c2d3e4f5a6b7c8"]}""")]
public sealed record UserCreation
{
    /// <summary>Where the user is reached, and the name to sign in with; unique.</summary>
    [StringLength(254, MinimumLength = 3), RegularExpression("^[^@\\s]+@[^@\\s]+$", ErrorMessage = "must be an e-mail address.")]
    public required string Email { get; init; }

    /// <summary>What the user may do.</summary>
    [AllowedValues(Roles.SuperAdmin, Roles.CampaignManager, Roles.ReadOnly)] public required string Role { get; init; }

    /// <summary>Tenants that the user sees; a super_admin sees all of them.</summary>
    [MaxLength(1000), ItemLength(1, 40)] public IReadOnlyList<string>? TenantIds { get; init; }

    /// <summary>When not empty, the user sees only these campaigns of those tenants.</summary>
    [MaxLength(1000), ItemLength(1, 40)] public IReadOnlyList<string>? CampaignIds { get; init; }

    /// <summary>The first password; without it one is made and answered once as initialPassword.</summary>
    [StringLength(200, MinimumLength = 12)] public string? Password { get; init; }
}

/// <summary>What changes about a user; what is left out or null stays.</summary>
[Example("""{"disabled":true}""")]
public sealed record UserChange
{
    /// <summary>What the user may do.</summary>
    [AllowedValues(Roles.SuperAdmin, Roles.CampaignManager, Roles.ReadOnly)] public string? Role { get; init; }

    /// <summary>Tenants that the user sees; replaces the list.</summary>
    [MaxLength(1000), ItemLength(1, 40)] public IReadOnlyList<string>? TenantIds { get; init; }

    /// <summary>Campaigns that the user is confined to; replaces the list.</summary>
    [MaxLength(1000), ItemLength(1, 40)] public IReadOnlyList<string>? CampaignIds { get; init; }

    /// <summary>A disabled user can't sign in, and has no open session.</summary>
    public bool? Disabled { get; init; }

    /// <summary>A new password, for a user who has lost theirs.</summary>
    [StringLength(200, MinimumLength = 12)] public string? Password { get; init; }
}

/// <summary>A user of the platform.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">The name to sign in with.</param>
/// <param name="Role">super_admin, campaign_manager or read_only.</param>
/// <param name="TenantIds">Tenants that the user sees; a super_admin sees all of them.</param>
/// <param name="CampaignIds">When not empty, only these campaigns of those tenants.</param>
/// <param name="Disabled">Whether the user is shut out.</param>
/// <param name="CreatedAt">When the user was added.</param>
public sealed record UserAnswer(
    string Id, string Email, string Role, IReadOnlyList<string> TenantIds, IReadOnlyList<string> CampaignIds, bool Disabled,
    DateTimeOffset CreatedAt)
{
    internal static UserAnswer From(UserView view) =>
        new(view.Id, view.Email, view.Role, view.TenantIds, view.CampaignIds, view.Disabled, view.CreatedAt);
}

/// <summary>A user who has just been added.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">The name to sign in with.</param>
/// <param name="Role">super_admin, campaign_manager or read_only.</param>
/// <param name="TenantIds">Tenants that the user sees; a super_admin sees all of them.</param>
/// <param name="CampaignIds">When not empty, only these campaigns of those tenants.</param>
/// <param name="Disabled">Whether the user is shut out.</param>
/// <param name="CreatedAt">When the user was added.</param>
/// <param name="InitialPassword">The generated password, told this once; null when one was given, and in a repeated answer.</param>
public sealed record CreatedUserAnswer(
    string Id, string Email, string Role, IReadOnlyList<string> TenantIds, IReadOnlyList<string> CampaignIds, bool Disabled,
    DateTimeOffset CreatedAt, string? InitialPassword)
{
    internal static CreatedUserAnswer From(UserView view, string? initialPassword) => new(
        view.Id, view.Email, view.Role, view.TenantIds, view.CampaignIds, view.Disabled, view.CreatedAt, initialPassword);
}

/// <summary>The user that the path names.</summary>
public sealed class TheUser : IBound
{
    private readonly UserView? _value;

    private TheUser(UserView? value) => _value = value;

    public UserView Value => _value ?? throw new InvalidOperationException("The user is not there.");

    public Problem? Problem => _value is null ? new Problem("user.not_found") : null;

    public static async ValueTask<TheUser> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        return new TheUser(Ids.TryParse(Ids.User, id, out var _)
            ? await context.RequestServices.GetRequiredService<IUserQueries>().FindAsync(id, context.RequestAborted)
            : null);
    }
}
