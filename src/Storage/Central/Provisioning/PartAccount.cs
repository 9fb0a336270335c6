using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Storage.Central.Provisioning;

/// <summary>In which account a campaign's part was made: what is asked elsewhere answers "not there" of a part that is.</summary>
/// <param name="Owner">Whose account it is; the nil UUID for the platform's.</param>
/// <param name="Provider">At which provider.</param>
/// <param name="Place">Where in it: the organization, owner or team. Empty for the personal account of a token.</param>
public sealed record PartAccount(Guid Owner, string Provider, string Place)
{
    /// <summary>Where an account leads, by whichever token. GitHub's owners are the same in upper and lower case.</summary>
    public static string PlaceOf(ProviderSettings settings) => settings.Organization ?? settings.Owner?.ToLowerInvariant() ?? settings.Team ?? "";

    /// <summary>
    /// Held to the end of the transaction by whoever writes an account and by whoever begins to make something in it: neither happens behind
    /// the other's back.
    /// </summary>
    internal static Task LockAsync(CentralUnitOfWork work, Guid owner, string provider, CancellationToken ct) =>
        work.Connection.RunAsync("select pg_advisory_xact_lock(hashtextextended($1, 0))", [$"provider-account/{owner:n}/{provider}"], ct);
}
