using System;
using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Databases;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// Campaign databases at Supabase: a project for each. A project's name is the database's, which holds the nonce; nothing is touched whose
/// id and name do not both agree. Entrants' data is reached through PostgreSQL and TLS alone: the Data API is off, and our tables are in a
/// schema in which the roles behind the project's keys have no rights (<see cref="SupabaseSchema"/>).
/// </summary>
public sealed partial class SupabaseDatabaseProvider : IDatabaseProvider
{
    private readonly SupabaseClient _client;
    private readonly SupabaseOptions _options;
    private readonly SupabaseWaits _waits;
    private readonly SupabaseReadiness _readiness;
    private readonly SupabasePreflight _preflight;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public SupabaseDatabaseProvider(SupabaseClient client, SupabaseOptions options, TimeProvider clock)
    {
        options.Validate();
        (_client, _options, _waits) = (client, options, new SupabaseWaits(options, clock));
        _readiness = new SupabaseReadiness(client, options, _waits);
        _preflight = new SupabasePreflight(client, options, clock);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct) =>
        _preflight.CheckAsync(target?.Id is not null, askedFor, ct);

    /// <inheritdoc/>
    public async Task<DatabaseRef> CreateAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        RequirePassword(request);
        if (request.Id is { } known)
        {
            return Reference(request, known);
        }

        if (await LookAsync(request, ct) is { } found)
        {
            return found;
        }

        for (var isLast = false; ; isLast = true)
        {
            try
            {
                return Reference(request, (await _client.CreateAsync(_options, request.Name, request.OwnerPassword, ct)).Ref);
            }
            catch (ProviderException error) when (error.MayHaveHappened)
            {
                // Names are not unique there: asking again at once is how one campaign gets two projects, and two bills.
                if (await LookAgainAsync(request, ct) is { } made)
                {
                    return made;
                }

                if (isLast)
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<DatabaseRef> ReadyAsync(DatabaseRequest request, DatabaseRef created, CancellationToken ct)
    {
        Require(request);
        RequirePassword(request);
        var project = created.Id ?? request.Id
            ?? throw new ProviderException(ProviderFault.Rejected, "The Supabase project's id is not known: create the database first.");
        var pooler = await _readiness.ReachAsync(request, project, pooler =>
        {
            var database = Reached(request, project, pooler);
            return (OwnerConnectionString(database, request.OwnerPassword), CampaignConnectionString(database, request.Password));
        }, ct);

        // By now any call that was on its way when it was made has arrived.
        await DeleteTwinsAsync(request, project, ct);
        return Reached(request, project, pooler);
    }

    /// <summary>
    /// The project that carries name and marker, ready or not; host and port are not told. Null when there is none: without an id only after it was looked
    /// for as long as one may stay unseen whose creation was never answered.
    /// </summary>
    public async Task<DatabaseRef?> FindAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return request.Id is not { } known ? await LookAgainAsync(request, ct)
            : await OwnedAsync(request, known, ct) is { } project && !SupabaseStatus.IsGoing(project.Status) ? Reference(request, known) : null;
    }

    /// <inheritdoc/>
    public string OwnerConnectionString(DatabaseRef database, string ownerPassword = "") =>
        ConnectionString(database, database.OwnerLogin ?? throw NotReady(database), ownerPassword);

    /// <inheritdoc/>
    public string CampaignConnectionString(DatabaseRef database, string password) =>
        ConnectionString(database, database.Login ?? throw NotReady(database), password);

    /// <inheritdoc/>
    public async Task DeleteIfOwnedAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        if (request.Id is { } known)
        {
            await DeleteTwinsAsync(request, known, ct);
            await DeleteAsync(request, known, ct);
            return;
        }

        // No answer told an id: a call on its way may make one yet that costs money, and each call that was repeated another one.
        await _waits.TryUntilAsync(_options.LookAgainFor, async () =>
        {
            foreach (var project in await _client.NamedAsync(_options.Organization, request.Name, ct))
            {
                await DeleteAsync(request, project.Ref, ct);
            }

            return false;
        }, ct);
    }

    /// <inheritdoc/>
    public async Task<Holdings> ListAsync(CancellationToken ct)
    {
        var (items, isWhole) = await _client.AllAsync(_options.Organization, ct);
        return new Holdings([.. items.Select(p => new HeldResource(
            p.Name, NamePattern().Match(p.Name) is { Success: true } found ? found.Groups["nonce"].Value : null) { Id = p.Ref })], isWhole);
    }

    [GeneratedRegex(@"\Acmp_(?:[a-z0-9_]+_)?(?<nonce>[0-9a-f]{16})\z")]
    private static partial Regex NamePattern();

    private async Task DeleteTwinsAsync(DatabaseRequest request, string id, CancellationToken ct)
    {
        foreach (var twin in SupabaseTwins.Of(await _client.NamedAsync(_options.Organization, request.Name, ct), id))
        {
            await DeleteAsync(request, twin.Ref, ct);
        }
    }

    private async Task DeleteAsync(DatabaseRequest request, string id, CancellationToken ct)
    {
        if (await StandingAsync(request, id, ct) is not { } project || project.Status == SupabaseStatus.Removed)
        {
            return;
        }

        if (project.Status != SupabaseStatus.GoingDown)
        {
            await AskAsync(() => _client.DeleteAsync(id, ct), project);
        }

        await _waits.UntilAsync(
            _options.EndedWithin, "delete the project",
            async () => await StandingAsync(request, id, ct) is null or { Status: SupabaseStatus.Removed }, ct);
    }

    /// <summary>
    /// As <see cref="OwnedAsync(DatabaseRequest, string, CancellationToken)"/>, for what is to be gone: a single 404 may come from a server that lags behind,
    /// and believing it would leave a project that is paid for. Only what the list doesn't name either is gone.
    /// </summary>
    private async Task<SupabaseProject?> StandingAsync(DatabaseRequest request, string id, CancellationToken ct) =>
        await OwnedAsync(request, id, ct)
        ?? (await _client.NamedAsync(_options.Organization, request.Name, ct)).FirstOrDefault(p => p.Ref == id);

    private async Task<DatabaseRef?> LookAsync(DatabaseRequest request, CancellationToken ct) =>
        await _client.NamedAsync(_options.Organization, request.Name, ct) is [var first, ..] ? Reference(request, first.Ref) : null;

    private async Task<DatabaseRef?> LookAgainAsync(DatabaseRequest request, CancellationToken ct)
    {
        DatabaseRef? found = null;
        await _waits.TryUntilAsync(_options.LookAgainFor, async () => (found = await LookAsync(request, ct)) is not null, ct);
        return found;
    }

    private async Task<SupabaseProject> OwnedAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        var id = request.Id ?? (await FindAsync(request, ct))?.Id ?? throw Vanished(request);
        return await OwnedAsync(request, id, ct) ?? throw Vanished(request);
    }

    private Task<SupabaseProject?> OwnedAsync(DatabaseRequest request, string id, CancellationToken ct) => _readiness.OwnedAsync(request, id, ct);

    /// <summary>Asks for a change; a refusal while the provider is at work on the project only means: later.</summary>
    private static async Task AskAsync(Func<Task> change, SupabaseProject project)
    {
        try
        {
            await change();
        }
        catch (ProviderException error) when (error.MayHaveHappened)
        {
            // Whether it happened is seen by looking, which follows.
        }
        catch (ProviderException error) when (SupabaseStatus.IsBusy(project.Status) && error.Fault is ProviderFault.Rejected or ProviderFault.Unauthorized)
        {
            throw new ProviderException(
                ProviderFault.Transient, $"Supabase is at work on the project {project.Name} ({project.Status}) and takes no other order. It is tried again.", error);
        }
    }

    private string ConnectionString(DatabaseRef database, string login, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = database.Host,
        Port = database.Port,
        Database = database.Database ?? throw NotReady(database),
        Username = login,
        Password = password,
        SslMode = SslMode.VerifyFull,
        RootCertificate = _options.RootCertificate,
        GssEncryptionMode = GssEncryptionMode.Disable,

        // Of what is asked for when a session begins, the pooler hands on this alone, and only in this form.
        Options = "--search_path=" + SupabaseSchema.Name,

        // A small project's pooler takes a few connections in all, and each costs a session at the database.
        MaxPoolSize = 3,
        ConnectionIdleLifetime = 30,
        ConnectionPruningInterval = 10,
    }.ConnectionString;

    private static DatabaseRef Reference(DatabaseRequest request, string id) => new(request.Name, request.Name, "", 0) { Id = id, IsRemote = true };

    private static DatabaseRef Reached(DatabaseRequest request, string id, SupabasePooler pooler) => new(request.Name, request.Name, pooler.Host, pooler.Port)
    {
        Id = id,
        Database = pooler.Database,
        IsRemote = true,

        // The pooler is shared by many projects, and finds ours by what stands behind the dot.
        OwnerLogin = "postgres." + id,
        Login = $"{request.Name}.{id}",
    };

    private static void Require(DatabaseRequest request)
    {
        OwnedName.Require(request.Name, request.Nonce);
        if (request.Name.Contains('-') || !request.Name.Contains(request.Nonce, StringComparison.Ordinal))
        {
            throw new ProviderException(
                ProviderFault.Rejected, $"The database name '{request.Name}' must hold its ownership marker, and no hyphen.");
        }
    }

    private static void RequirePassword(DatabaseRequest request)
    {
        if (request.OwnerPassword.Length < 16)
        {
            throw new ProviderException(ProviderFault.Rejected, "The project's owner needs a password of at least 16 characters.");
        }
    }

    private static ProviderException NotReady(DatabaseRef database) =>
        new(ProviderFault.Transient, $"The database {database.Name} is not ready: where it is reached is not known yet.");

    private static ProviderException Failed(DatabaseRequest request, string status) => new(
        ProviderFault.Rejected, $"The Supabase project {request.Name} ended as {status}. Look at it in Supabase's dashboard, or ask their support.");

    private static ProviderException Vanished(DatabaseRequest request) => SupabaseReadiness.Vanished(request);
}
