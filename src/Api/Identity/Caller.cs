using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Identity;

/// <summary>The signed-in person behind a request.</summary>
public sealed record Caller(PlatformUser User, string SessionId)
{
    public Actor Actor => new(User.Id, User.Role);

    public bool IsSuperAdmin => User.Role == Roles.SuperAdmin;

    /// <summary>Statistics are for every role; names and addresses are not.</summary>
    public bool SeesPersonalData => User.Role is Roles.SuperAdmin or Roles.CampaignManager;

    public Scope Scope => IsSuperAdmin ? Scope.Everything : new Scope(User.TenantIds, User.CampaignIds, false);

    public static Caller Of(HttpContext context) =>
        context.Features.Get<Caller>() ?? throw new InvalidOperationException("This endpoint is open to strangers: it has no caller.");

    public static ValueTask<Caller?> BindAsync(HttpContext context, ParameterInfo _) => ValueTask.FromResult<Caller?>(Of(context));
}
