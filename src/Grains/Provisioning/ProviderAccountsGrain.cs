using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain.ProviderAccounts;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Provisioning;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Grains.Provisioning;

/// <inheritdoc cref="IProviderAccountsGrain"/>
[GrainType("provider-accounts")]
public sealed class ProviderAccountsGrain(ProviderAccountStore store) : Grain, IProviderAccountsGrain
{
    // Once decided, a write is not cancelled because the caller left.
    public async Task<Result<ProviderAccountView>> SetAsync(SetProviderAccount command)
    {
        if (!ProviderAccountRules.Providers.Contains(command.Provider))
        {
            return Refusals.Of(new ProviderAccountIsNotThere());
        }

        var owner = Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString());
        var given = command.Settings;
        var facts = new ProviderAccountFacts(given.Organization, given.Region, given.InstanceSize, given.Owner, given.Template, given.Team)
        {
            App = given.App, Installation = given.Installation,
        };
        // A token is no app's key, and one app's key no other's.
        var hasToken = await store.OwnAsync(owner, command.Provider, CancellationToken.None) is { } stored && stored.View.Settings.App == given.App;
        if (ProviderAccountRules.Judge(command.Provider, command.Token, hasToken, facts) is { } invalid)
        {
            return Refusals.Of(invalid);
        }

        var set = await store.SetAsync(owner, command.Provider, command.Token, given, command.Actor.Id, CancellationToken.None);
        if (set.Campaigns > 0)
        {
            return Refusals.Of(new ProviderIsInUse(set.Campaigns));
        }

        await GrainFactory.GetGrain<IReconcilerGrain>(this.GetPrimaryKeyString()).WakeAsync();
        return set.After!;
    }

    public async Task<Result<bool>> RemoveAsync(RemoveProviderAccount command) =>
        await store.RemoveAsync(Ids.Parse(Ids.Tenant, this.GetPrimaryKeyString()), command.Provider, command.Actor.Id, CancellationToken.None) switch
        {
            { Before: null } => Refusals.Of(new ProviderAccountIsNotThere()),
            { Campaigns: > 0 and var campaigns } => Refusals.Of(new ProviderIsInUse(campaigns)),
            _ => true,
        };
}
