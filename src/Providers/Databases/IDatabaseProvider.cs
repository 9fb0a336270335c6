using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Databases;

/// <summary>What a campaign's database is to be.</summary>
/// <param name="Name">Database and login role name: 1 to 63 characters of a-z, 0-9 and underscore; holds the nonce.</param>
/// <param name="Nonce">The 64-bit ownership marker of the intent, 16 hex digits.</param>
/// <param name="Password">Password of the campaign's own login role.</param>
public sealed record DatabaseRequest(string Name, string Nonce, string Password);

/// <summary>A campaign database that exists. Holds no secret: the password is kept by who asked.</summary>
public sealed record DatabaseRef(string Name, string Role, string Host, int Port);

/// <summary>
/// Creates and deletes campaign databases. Every call may be repeated. Failures are <see cref="ProviderException"/>s.
/// </summary>
public interface IDatabaseProvider
{
    /// <summary>Makes role and database, both marked with the nonce; adopts what already carries it.</summary>
    Task<DatabaseRef> CreateAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>The complete database with this name and marker, or null (also when only a part of it exists).</summary>
    Task<DatabaseRef?> FindAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>Connection string of the role that owns the schema and migrates it. Never logged.</summary>
    string OwnerConnectionString(DatabaseRef database);

    /// <summary>Connection string of the campaign's own role (DML only). Never logged.</summary>
    string CampaignConnectionString(DatabaseRef database, string password);

    /// <summary>Drops database and role, each only if it carries the nonce; done already is done.</summary>
    Task DeleteIfOwnedAsync(DatabaseRequest request, CancellationToken ct);
}
