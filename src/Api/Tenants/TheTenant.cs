using System;
using System.Reflection;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Api.Tenants;

/// <summary>The tenant that the path names, if the caller sees it; else it is not there.</summary>
public sealed class TheTenant : IBound
{
    private readonly TenantView? _value;

    private TheTenant(TenantView? value) => _value = value;

    public TenantView Value => _value ?? throw new InvalidOperationException("The tenant is not there.");

    public Problem? Problem => _value is null ? new Problem("tenant.not_found") : null;

    public static async ValueTask<TheTenant> BindAsync(HttpContext context, ParameterInfo _)
    {
        var id = context.Request.RouteValues["id"] as string;
        return new TheTenant(Ids.TryParse(Ids.Tenant, id, out var _)
            ? await context.RequestServices.GetRequiredService<ITenantQueries>()
                .FindAsync(Caller.Of(context).Scope, id, context.RequestAborted)
            : null);
    }
}
