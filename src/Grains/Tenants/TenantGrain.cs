using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Tenants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Tenants;
using PrizeDraw.Storage.Central.Tenants;

namespace PrizeDraw.Grains.Tenants;

/// <inheritdoc cref="ITenantGrain"/>
[GrainType("tenant")]
public sealed class TenantGrain(TenantStore store) : Grain, ITenantGrain
{
    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<TenantView>> CreateAsync(CreateTenant command)
    {
        if (TenantRules.Judge(command.Name, command.Slug) is { } error)
        {
            return Refusals.Of(error);
        }

        var id = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        var (outcome, tenant) = await store.CreateAsync(id, command.Name, command.Slug, command.Actor.Id, CancellationToken.None);
        return Answer(outcome, tenant, command.Slug);
    }

    public async Task<Result<TenantView>> UpdateAsync(UpdateTenant command)
    {
        if (TenantRules.Judge(command.Name, command.Slug) is { } error)
        {
            return Refusals.Of(error);
        }

        var id = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        var (outcome, tenant) = await store.UpdateAsync(
            id, command.Name, command.Slug, command.IfMatch, command.Actor.Id, CancellationToken.None);
        return Answer(outcome, tenant, command.Slug);
    }

    private static Result<TenantView> Answer(TenantWrite outcome, TenantView? tenant, string? slug)
    {
        DomainError? error = outcome switch
        {
            TenantWrite.Done => null,
            TenantWrite.NotFound => new TenantIsNotThere(),
            TenantWrite.SlugTaken => new TenantSlugIsTaken(slug!),
            TenantWrite.VersionConflict or _ => new TenantHasChanged(),
        };
        return error is null ? tenant! : Refusals.Of(error);
    }
}
