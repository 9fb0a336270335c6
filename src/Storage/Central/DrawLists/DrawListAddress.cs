using System;
using System.Collections.Generic;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.DrawLists;

/// <summary>Whose list it is: a draw has one.</summary>
public sealed record DrawListAddress(Guid Tenant, Guid Campaign, Guid Draw)
{
    /// <summary>The tenant's public id.</summary>
    public string TenantId => Ids.Format(Ids.Tenant, Tenant);

    /// <summary>The campaign's public id.</summary>
    public string CampaignId => Ids.Format(Ids.Campaign, Campaign);

    /// <summary>The draw's public id.</summary>
    public string DrawId => Ids.Format(Ids.Draw, Draw);

    /// <summary>From public ids. Throws <see cref="FormatException"/> when one is not.</summary>
    public static DrawListAddress Parse(string tenantId, string campaignId, string drawId) =>
        new(Ids.Parse(Ids.Tenant, tenantId), Ids.Parse(Ids.Campaign, campaignId), Ids.Parse(Ids.Draw, drawId));
}

/// <summary>What a list is frozen at.</summary>
/// <param name="From">The first instant that the draw covers; null is without beginning.</param>
/// <param name="Until">The first instant that it no longer covers; null is without end.</param>
/// <param name="LastNumbers">The last entry number of each pool: entries up to it are in the list, eligible or excluded, and no others.</param>
public sealed record DrawListFreeze(DateTimeOffset? From, DateTimeOffset? Until, IReadOnlyDictionary<Guid, long> LastNumbers);
