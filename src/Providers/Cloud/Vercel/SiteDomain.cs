using System.Collections.Immutable;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>How far a custom domain has come. A person has to publish records in between: nothing waits for it.</summary>
public enum DomainStage
{
    /// <summary>The project has it; how it stands is not known yet.</summary>
    Added,

    /// <summary>Vercel wants a TXT record, as proof that the domain is the promoter's.</summary>
    PendingVerification,

    /// <summary>It is proven, but the name does not lead to Vercel yet.</summary>
    VerifiedMisconfigured,

    /// <summary>The site answers there.</summary>
    Active,
}

/// <summary>A record that the domain's owner has to publish.</summary>
/// <param name="Type">TXT, CNAME or A.</param>
/// <param name="Name">The whole name, without a dot at its end.</param>
/// <param name="Why">A sentence for the person who publishes it.</param>
public sealed record DnsRecord(string Type, string Name, string Value, string Why);

/// <summary>A custom domain of a site.</summary>
/// <param name="Publish">What is to be published to come to the next stage; empty when nothing is.</param>
/// <param name="Problem">What stands in the way beside that, as a sentence; null when nothing does.</param>
public sealed record SiteDomain(string Name, DomainStage Stage, ImmutableArray<DnsRecord> Publish, string? Problem = null);
