using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Databases;

/// <summary>What a campaign's database is to be.</summary>
/// <param name="Name">Database and login role name: 1 to 63 characters of a-z, 0-9 and underscore; holds the nonce.</param>
/// <param name="Nonce">The 64-bit ownership marker of the intent, 16 hex digits.</param>
/// <param name="Password">Password of the campaign's own login role.</param>
/// <param name="OwnerPassword">Password of the role that owns the tables, where the provider makes one for each database; elsewhere unused.</param>
public sealed record DatabaseRequest(string Name, string Nonce, string Password, string OwnerPassword = "")
{
    /// <summary>The provider's own id of the database, once it is stored: nothing with another one is ever touched.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// Whether it is stored that it was made: what has its name is ours then, changed or not. Until then it may be somebody else's, who was there first.
    /// </summary>
    public bool IsMade { get; init; }

    /// <summary>The name alone: a record would tell the passwords.</summary>
    public override string ToString() => Name;
}

/// <summary>A campaign database that exists. Holds no secret: the passwords are kept by who asked.</summary>
/// <param name="Name">The name that it was asked for with.</param>
/// <param name="Role">The campaign's own role, as grants name it.</param>
/// <param name="Host">Where it is reached; empty until it is ready.</param>
/// <param name="Port">Where it is reached; 0 until it is ready.</param>
public sealed record DatabaseRef(string Name, string Role, string Host, int Port)
{
    /// <summary>The provider's own id of it; null where the name is all there is.</summary>
    public string? Id { get; init; }

    /// <summary>The database on the server; null when it is called <see cref="Name"/>.</summary>
    public string? Database { get; init; }

    /// <summary>What the owner logs in as; null when that is the provider's own role.</summary>
    public string? OwnerLogin { get; init; }

    /// <summary>What the campaign logs in as, which a pooler may want to be more than the role; null when it is the role.</summary>
    public string? Login { get; init; }

    /// <summary>Whether it is reached over a network that is not ours, by TLS with a certificate that is checked.</summary>
    public bool IsRemote { get; init; }
}

/// <summary>
/// Creates and deletes campaign databases. Every call may be repeated. Failures are <see cref="ProviderException"/>s.
/// </summary>
public interface IDatabaseProvider : IPreflight
{
    /// <summary>Makes the database, marked with the nonce; adopts what already carries it. It may take a while until it is ready.</summary>
    Task<DatabaseRef> CreateAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>
    /// Waits until what was created can be used, has the campaign's role, and can be reached by no other way than ours; answers what is then
    /// known of it. <see cref="ProviderFault.Transient"/> when it still is not within the provider's own patience.
    /// </summary>
    Task<DatabaseRef> ReadyAsync(DatabaseRequest request, DatabaseRef created, CancellationToken ct);

    /// <summary>The complete database with this name and marker, or null (also when only a part of it exists).</summary>
    Task<DatabaseRef?> FindAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>
    /// Whether there is anything of the database, complete or not. What has its name and is not to be told as the campaign's is refused
    /// (<see cref="ProviderFault.Rejected"/>): it may be what was made, and is not gone.
    /// </summary>
    async Task<bool> IsThereAsync(DatabaseRequest request, CancellationToken ct) => await FindAsync(request, ct) is not null;

    /// <summary>Connection string of the role that owns the schema and migrates it. Never logged.</summary>
    string OwnerConnectionString(DatabaseRef database, string ownerPassword = "");

    /// <summary>Connection string of the campaign's own role (DML only). Never logged.</summary>
    string CampaignConnectionString(DatabaseRef database, string password);

    /// <summary>
    /// Gives the campaign's role another password and waits until it is taken; sessions that are open stay. The request's <c>OwnerPassword</c> is the one that
    /// holds now.
    /// </summary>
    /// <param name="request">Says which database it is.</param>
    /// <param name="database">As it was told when it was ready.</param>
    /// <param name="password">Says which password, asked while nobody else can change it: so the latest of several callers has the last word.</param>
    /// <param name="ct">Ends it; the password may be the new one then.</param>
    Task SetPasswordAsync(DatabaseRequest request, DatabaseRef database, Func<CancellationToken, Task<string>> password, CancellationToken ct);

    /// <summary>
    /// Gives the role that owns the tables another password and waits until it is taken. <see cref="ProviderFault.Rejected"/> where the provider makes no such
    /// role for each database.
    /// </summary>
    Task SetOwnerPasswordAsync(DatabaseRequest request, DatabaseRef database, string password, CancellationToken ct);

    /// <summary>Lets the database rest: it costs as little as it can, and its data stays. At rest already is done.</summary>
    Task PauseAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>Wakes a database that rests, and waits until it can be used. Awake already is done.</summary>
    Task ResumeAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>
    /// Whether the database rests, be it that it was told to or that the provider does so by itself: then nobody reaches it. False for one that is not there.
    /// </summary>
    Task<bool> IsRestingAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>
    /// Drops database and role, only if what there is carries the nonce; done already is done. What has the name and not the nonce is refused
    /// (<see cref="ProviderFault.Rejected"/>) and left as it is.
    /// </summary>
    Task DeleteIfOwnedAsync(DatabaseRequest request, CancellationToken ct);

    /// <summary>All that the account holds of this kind, ours or not, so that what nobody knows of is found.</summary>
    Task<Holdings> ListAsync(CancellationToken ct);
}
