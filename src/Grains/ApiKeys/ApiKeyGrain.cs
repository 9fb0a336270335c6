using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Tenants;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.ApiKeys;
using PrizeDraw.Storage.Central.ApiKeys;

namespace PrizeDraw.Grains.ApiKeys;

/// <inheritdoc cref="IApiKeyGrain"/>
[GrainType("api-key")]
public sealed class ApiKeyGrain(ApiKeyStore store) : Grain, IApiKeyGrain
{
    private Guid Tenant => Ids.Parse(Ids.Tenant, GrainKeys.Split(this.GetPrimaryKeyString())[0]);

    private Guid Key => Ids.Parse(Ids.ApiKey, GrainKeys.Split(this.GetPrimaryKeyString())[1]);

    public async Task<Result<ApiKeyView>> CreateAsync(CreateApiKey command)
    {
        if (ApiKeyRules.Judge(command.Name, command.Scopes, [ApiKeyScopes.RedeemCoupons]) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        var made = await store.PutAsync(
            Tenant, Key, command.Name, [.. command.Scopes.Distinct().Order(StringComparer.Ordinal)], Convert.FromHexString(command.SecretHash),
            command.Actor.Id, CancellationToken.None);
        return made is null ? Refusals.Of(new ApiKeyIsNotThere()) : made;
    }

    public async Task<Result<bool>> RevokeAsync(RevokeApiKey command) =>
        await store.RevokeAsync(Tenant, Key, command.Actor.Id, CancellationToken.None) ? true : Refusals.Of(new ApiKeyIsNotThere());
}
