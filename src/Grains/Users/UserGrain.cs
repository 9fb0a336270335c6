using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Users;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Storage.Central.Users;

namespace PrizeDraw.Grains.Users;

/// <inheritdoc cref="IUserGrain"/>
[GrainType("user")]
public sealed class UserGrain(UserStore store) : Grain, IUserGrain
{
    private static readonly UserIsInvalid UnknownTenant = new("tenantIds", "Name tenants that exist.");
    private static readonly UserIsInvalid UnknownCampaign = new("campaignIds", "Name campaigns of the user's tenants.");

    private Guid Id => Ids.Parse(Ids.User, this.GetPrimaryKeyString());

    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<UserView>> CreateAsync(CreateUser command)
    {
        if (UserRules.Judge(command.Email, command.Role, command.TenantIds.Length, command.CampaignIds.Length) is { } error)
        {
            return Refusals.Of(error);
        }

        if (Uuids(Ids.Tenant, command.TenantIds) is not { } tenants)
        {
            return Refusals.Of(UnknownTenant);
        }

        if (Uuids(Ids.Campaign, command.CampaignIds) is not { } campaigns)
        {
            return Refusals.Of(UnknownCampaign);
        }

        var (outcome, user) = await store.CreateAsync(
            Id, command.Email, command.Role, new UserGrants(tenants, campaigns), command.PasswordHash, command.Actor.Id,
            CancellationToken.None);
        return Error(outcome) is { } refused ? Refusals.Of(refused) : user!;
    }

    public async Task<Result<UserView>> UpdateAsync(UpdateUser command)
    {
        if (UserRules.Judge(null, command.Role, command.TenantIds?.Length ?? 0, command.CampaignIds?.Length ?? 0) is { } error)
        {
            return Refusals.Of(error);
        }

        var tenants = command.TenantIds is { } tenantIds ? Uuids(Ids.Tenant, tenantIds) : null;
        var campaigns = command.CampaignIds is { } campaignIds ? Uuids(Ids.Campaign, campaignIds) : null;
        if (command.TenantIds is not null && tenants is null)
        {
            return Refusals.Of(UnknownTenant);
        }

        if (command.CampaignIds is not null && campaigns is null)
        {
            return Refusals.Of(UnknownCampaign);
        }

        var change = new UserChange(command.Role, tenants, campaigns, command.Disabled, command.IfMatch);
        var (outcome, user) = await store.UpdateAsync(Id, change, command.Actor.Id, CancellationToken.None);
        return Error(outcome) is { } refused ? Refusals.Of(refused) : user!;
    }

    public async Task<Result<bool>> SetPasswordAsync(SetPassword command)
    {
        var outcome = await store.SetPasswordAsync(Id, command.PasswordHash, command.Actor.Id, CancellationToken.None);
        return Error(outcome) is { } refused ? Refusals.Of(refused) : true;
    }

    /// <summary>Null when one of them is not an id of this kind.</summary>
    private static Guid[]? Uuids(string kind, ImmutableArray<string> ids)
    {
        var values = new List<Guid>(ids.Length);
        foreach (var id in ids)
        {
            if (!Ids.TryParse(kind, id, out var value))
            {
                return null;
            }

            values.Add(value);
        }

        return [.. values];
    }

    private static DomainError? Error(UserWrite outcome) => outcome switch
    {
        UserWrite.Done => null,
        UserWrite.NotFound => new UserIsNotThere(),
        UserWrite.EmailTaken => new UserEmailIsTaken(),
        UserWrite.LastSuperAdmin => new UserIsLastSuperAdmin(),
        UserWrite.UnknownTenant => UnknownTenant,
        UserWrite.UnknownCampaign => UnknownCampaign,
        UserWrite.VersionConflict or _ => new UserHasChanged(),
    };
}
