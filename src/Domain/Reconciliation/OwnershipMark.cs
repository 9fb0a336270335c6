using System;

namespace PrizeDraw.Domain.Reconciliation;

/// <summary>
/// The ownership marker on what provisioning makes: 16 hex digits, of which the first eight are the installation's own and the rest random. Two
/// installations on one account so tell their own from the other's. A deployment is stored with such marks (<c>DeploymentStore</c>).
/// </summary>
public static class OwnershipMark
{
    private const int TagLength = 8;

    /// <summary>What the marks of an installation begin with.</summary>
    /// <param name="installation">The installation's identity, 32 hex digits.</param>
    public static string TagOf(string installation) => installation[..TagLength];

    /// <summary>Whether this installation made it. False too for what was made before marks told.</summary>
    public static bool IsOf(string nonce, string installation) => nonce.StartsWith(TagOf(installation), StringComparison.Ordinal);
}
