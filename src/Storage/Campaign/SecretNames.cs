namespace PrizeDraw.Storage.Campaign;

/// <summary>Names of a campaign's secrets; their scope is the campaign's id.</summary>
public static class SecretNames
{
    /// <summary>Password of the campaign's database role.</summary>
    public const string DatabasePassword = "database-password";

    /// <summary>The one that follows it, from before the server is told of it until it is in use.</summary>
    public const string NextDatabasePassword = "database-password-next";

    /// <summary>The one before, from when the next one is in use until the replacing has ended.</summary>
    public const string PreviousDatabasePassword = "database-password-previous";

    /// <summary>Password of the role that owns the tables, where a provider makes one for each database.</summary>
    public const string DatabaseOwnerPassword = "database-owner-password";

    /// <summary>As <see cref="NextDatabasePassword"/>, of the owner.</summary>
    public const string NextDatabaseOwnerPassword = "database-owner-password-next";

    /// <summary>As <see cref="PreviousDatabasePassword"/>, of the owner.</summary>
    public const string PreviousDatabaseOwnerPassword = "database-owner-password-previous";

    /// <summary>How the owner of the tables reaches them (JSON), where that is not the platform's own PostgreSQL.</summary>
    public const string DatabaseOwner = "database-owner";

    /// <summary>Connection string of the campaign's role.</summary>
    public const string Database = CampaignConnections.SecretName;

    /// <summary>The connection string while the campaign is archived: under its own name nobody finds it then.</summary>
    public const string DatabaseAtRest = "database-at-rest";

    /// <summary>Key (base64, 32 bytes) under which e-mail addresses become identities; destroyed after closing, so that nobody can test one.</summary>
    public const string Identity = "identity";

    /// <summary>The ordered winning moments (JSON by pool id) until the campaign is published; afterwards they stand sealed in its database.</summary>
    public const string Moments = "moments";

    /// <summary>A change of a pool that may be in force there and is not stored with the campaign yet (JSON); <c>null</c> for none.</summary>
    public const string PoolChange = "pool-change";

    /// <summary>Key (base64, 32 bytes) of the tokens that winners claim with; made with the first of them.</summary>
    public const string ClaimKey = "claim-key";
}
