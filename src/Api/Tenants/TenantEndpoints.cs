using System;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Api.Tenants;

/// <summary>A new tenant (a client of the agency).</summary>
[Example("""{"name":"Acme Ltd","slug":"acme"}""")]
public sealed record TenantCreation
{
    /// <summary>Shown in lists.</summary>
    [StringLength(200, MinimumLength = 1)] public required string Name { get; init; }

    /// <summary>Short name for addresses; unique in the installation.</summary>
    [StringLength(40, MinimumLength = 2), RegularExpression("^[a-z][a-z0-9-]*$", ErrorMessage = "must be of a-z, 0-9 and hyphen, starting with a letter.")]
    public required string Slug { get; init; }
}

/// <summary>What changes about a tenant; what is left out or null stays.</summary>
[Example("""{"name":"Acme Group"}""")]
public sealed record TenantChange
{
    /// <summary>Shown in lists.</summary>
    [StringLength(200, MinimumLength = 1)] public string? Name { get; init; }

    /// <summary>Short name for addresses; unique in the installation.</summary>
    [StringLength(40, MinimumLength = 2), RegularExpression("^[a-z][a-z0-9-]*$", ErrorMessage = "must be of a-z, 0-9 and hyphen, starting with a letter.")]
    public string? Slug { get; init; }
}

/// <summary>A tenant (a client of the agency).</summary>
/// <param name="Id">The tenant's id.</param>
/// <param name="Name">Shown in lists.</param>
/// <param name="Slug">Short name for addresses.</param>
/// <param name="CreatedAt">When it was created.</param>
[Example("""{"id":"ten_0193a5f2c0de7a10b1c2d3e4f5a6b7c8","name":"Acme Ltd","slug":"acme","createdAt":"2026-11-20T09:00:00Z"}""")]
public sealed record TenantAnswer(string Id, string Name, string Slug, DateTimeOffset CreatedAt)
{
    internal static TenantAnswer From(TenantView view) => new(view.Id, view.Name, view.Slug, view.CreatedAt);
}

internal static class TenantEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var tenants = v1.MapGroup("/tenants").WithTags("Tenants");
        tenants.MapPost("", CreateAsync).Describe("createTenant", "Add a tenant.").For(Access.SuperAdmin)
            .Answers<TenantAnswer>(201, etag: true).Fails("tenant.invalid", "tenant.slug_taken");
        tenants.MapGet("", ListAsync).Describe("listTenants", "List the tenants that the caller sees.").For(Access.ReadOnly)
            .Answers<PageAnswer<TenantAnswer>>(200);
        tenants.MapGet("/{id}", (TheTenant tenant) => Told(tenant.Value)).Describe("getTenant", "Read a tenant.").For(Access.ReadOnly)
            .Answers<TenantAnswer>(200, etag: true);
        tenants.MapPatch("/{id}", ChangeAsync).Describe("changeTenant", "Change a tenant.").For(Access.Manager)
            .Answers<TenantAnswer>(200, etag: true).Fails("tenant.invalid", "tenant.slug_taken", "tenant.version_conflict");
    }

    private static Task<IResult> CreateAsync(Body<TenantCreation> body, Creation creation, Caller caller, IGrainFactory grains) =>
        creation.OnceAsync(body, async uuid =>
        {
            var command = new CreateTenant(caller.Actor, body.Value.Name, body.Value.Slug);
            var result = await grains.GetGrain<ITenantGrain>(Ids.Format(Ids.Tenant, uuid)).CreateAsync(command);
            return result.Then(tenant => Answer.Created($"/v1/tenants/{tenant.Id}", TenantAnswer.From(tenant), tenant.Version));
        });

    private static async Task<IResult> ListAsync(Paging paging, Caller caller, ITenantQueries tenants, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await tenants.ListAsync(caller.Scope, paging.Limit, paging.Cursor, ct), TenantAnswer.From));

    private static async Task<IResult> ChangeAsync(
        TheTenant tenant, Body<TenantChange> body, IfMatch ifMatch, Caller caller, IGrainFactory grains)
    {
        var command = new UpdateTenant(caller.Actor, body.Value.Name, body.Value.Slug, ifMatch.Version);
        return (await grains.GetGrain<ITenantGrain>(tenant.Value.Id).UpdateAsync(command)).Then(Told);
    }

    private static Answer Told(TenantView tenant) => Answer.Ok(TenantAnswer.From(tenant), tenant.Version);
}
