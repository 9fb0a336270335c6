namespace PrizeDraw.Domain.Domains;

/// <summary>How far a custom domain has come; stored.</summary>
public static class DomainStates
{
    /// <summary>Wanted; or on the site, and how it stands is not known yet.</summary>
    public const string Added = "added";

    /// <summary>The host wants a proof that the domain is the promoter's.</summary>
    public const string PendingVerification = "pending_verification";

    /// <summary>The host takes it for the promoter's, but the name does not lead to the site yet.</summary>
    public const string VerifiedMisconfigured = "verified_misconfigured";

    /// <summary>The site answers there.</summary>
    public const string Active = "active";

    /// <summary>Somebody else has it at the host.</summary>
    public const string Taken = "taken";

    /// <summary>The host refuses it, or it was taken from the site.</summary>
    public const string Failed = "failed";

    /// <summary>Somebody removes it; gone once the host has let go of it.</summary>
    public const string Removing = "removing";
}
