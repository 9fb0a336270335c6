using System;

namespace PrizeDraw.Domain.Domains;

/// <summary>When a domain is looked at again: often at first, while somebody sits before their registrar's page, then ever more seldom.</summary>
public static class DomainChecks
{
    /// <summary>After so long in one state, unless somebody asked meanwhile, a domain that is not active is looked at no more.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(30);

    /// <summary>Whoever asks again within this time is told what was found just now.</summary>
    public static readonly TimeSpan JustNow = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Daily = TimeSpan.FromDays(1);

    /// <summary>The next look; null for none any more.</summary>
    /// <param name="state">The domain's state after the look that was just made.</param>
    /// <param name="hasFailed">Whether the host could not be asked just now.</param>
    /// <param name="since">When it came into its state, or somebody last asked.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? Next(string state, bool hasFailed, DateTimeOffset since, DateTimeOffset now) => (state, now - since) switch
    {
        (DomainStates.Active, _) => now + (hasFailed ? TimeSpan.FromHours(1) : Daily),
        (_, var age) when age >= GivenUpAfter => null,
        (DomainStates.Taken or DomainStates.Failed, _) => now + Daily,
        (_, var age) when age < TimeSpan.FromMinutes(15) => now + TimeSpan.FromMinutes(1),
        (_, var age) when age < TimeSpan.FromHours(2) => now + TimeSpan.FromMinutes(10),
        (_, var age) when age < Daily => now + TimeSpan.FromHours(1),
        _ => now + Daily,
    };
}
