using System;
using System.Security.Authentication;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Databases;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Brings a project from "created" to "can be used, by us alone". Every part may be repeated, and the whole has one deadline.</summary>
internal sealed class SupabaseReadiness(SupabaseClient client, SupabaseOptions options, SupabaseWaits waits)
{
    /// <summary>Who comes with wrong passwords often is shut out by the provider.</summary>
    private const int WrongPasswordsMax = 3;

    /// <summary>Answers where the prepared database is reached. <paramref name="connect"/> makes the connection strings from that.</summary>
    public async Task<SupabasePooler> ReachAsync(
        DatabaseRequest request, string project, Func<SupabasePooler, (string Owner, string Campaign)> connect, CancellationToken ct)
    {
        var deadline = waits.Now + options.ReadyWithin;
        await HealthyAsync(request, project, deadline, ct);
        await waits.UntilThereAsync(deadline, "close the project's Data API", () => client.CloseDataApiAsync(project, ct), ct);
        await EnforceSslAsync(request, project, deadline, ct);
        SupabasePooler? pooler = null;
        await waits.UntilThereAsync(
            deadline, "say where the database is reached",
            async () => (pooler = await client.PoolerAsync(project, options.SessionPort, ct)) is not null, ct);
        var (owner, campaign) = connect(pooler!);
        await PrepareAsync(request, project, owner, campaign, deadline, ct);
        return pooler!;
    }

    private async Task EnforceSslAsync(DatabaseRequest request, string project, DateTimeOffset deadline, CancellationToken ct)
    {
        var isEnforced = false;
        await waits.UntilThereAsync(
            deadline, "say whether the database refuses connections without TLS", async () => { isEnforced = await client.IsSslEnforcedAsync(project, ct); }, ct);
        if (isEnforced)
        {
            return;
        }

        const string What = "have the database refuse connections without TLS";
        await waits.UntilThereAsync(deadline, What, async () => { await client.EnforceSslAsync(project, ct); }, ct);
        await waits.UntilThereAsync(deadline, What, () => client.IsSslEnforcedAsync(project, ct), ct);

        // The database restarts for that.
        await HealthyAsync(request, project, deadline, ct);
    }

    /// <summary>The project of this id, null when there is none. One that has another name than it was made with is not ours to touch.</summary>
    public async Task<SupabaseProject?> OwnedAsync(DatabaseRequest request, string id, CancellationToken ct)
    {
        var project = await client.FindAsync(id, ct);
        return project is null || project.Name == request.Name ? project : throw new ProviderException(
            ProviderFault.NameTaken,
            $"The Supabase project {id} should be called {request.Name} and is not, so it is left alone. Give it this name again, or delete it by hand.");
    }

    public static ProviderException Vanished(DatabaseRequest request) => new(
        ProviderFault.Rejected, $"The Supabase project {request.Name} does not exist any more. Somebody deleted it: remove the deployment, then deploy again.");

    private async Task HealthyAsync(DatabaseRequest request, string id, DateTimeOffset deadline, CancellationToken ct)
    {
        var known = waits.Now + options.KnownWithin;
        await waits.UntilAsync(deadline, "bring the project up", async () => await OwnedAsync(request, id, ct) switch
        {
            // Right after it was made it may be unknown for a moment.
            null => waits.Now < known ? false : throw Vanished(request),
            { Status: SupabaseStatus.Healthy } => true,
            { Status: SupabaseStatus.Paused } => throw new ProviderException(
                ProviderFault.Rejected, $"The Supabase project {request.Name} is paused. Wake it, then try again."),
            { Status: var status } when SupabaseStatus.IsFailure(status) => throw new ProviderException(
                ProviderFault.Rejected, $"The Supabase project {request.Name} ended as {status}. What was made of it is deleted; try again later."),
            _ => false,
        }, ct);
        await waits.UntilThereAsync(deadline, "bring the database up", () => client.IsDatabaseHealthyAsync(id, ct), ct);
    }

    private async Task PrepareAsync(
        DatabaseRequest request, string id, string ownerConnectionString, string campaignConnectionString, DateTimeOffset deadline, CancellationToken ct)
    {
        // A password that an earlier attempt set is set anew where it is not taken, and only there.
        await EnterAsync(
            deadline, () => SupabaseSchema.PrepareAsync(ownerConnectionString, request, resetPassword: false, ct),
            () => client.SetPasswordAsync(id, request.OwnerPassword, ct), ct);
        await EnterAsync(
            deadline, () => SupabaseSchema.TryAsync(campaignConnectionString, ct),
            () => SupabaseSchema.PrepareAsync(ownerConnectionString, request, resetPassword: true, ct), ct);
    }

    private async Task EnterAsync(DateTimeOffset deadline, Func<Task> enter, Func<Task> resetPassword, CancellationToken ct)
    {
        var wrongPasswords = 0;
        await waits.UntilAsync(deadline, "let us into the database", async () =>
        {
            try
            {
                await enter();
                return true;
            }
            catch (ProviderException error) when (IsWrongPassword(error) && wrongPasswords < WrongPasswordsMax)
            {
                // It takes a moment until the pooler has heard of another one.
                if (wrongPasswords++ == 0)
                {
                    await waits.UntilThereAsync(deadline, "take a new password", resetPassword, ct);
                }

                return false;
            }
            catch (ProviderException error) when (IsUntrusted(error))
            {
                throw new ProviderException(
                    ProviderFault.Rejected,
                    "The certificate of the Supabase project's pooler does not come from a root that is trusted here. Download the root certificate from a "
                    + "project's database settings, and name its file in the platform's settings.",
                    error);
            }
            catch (ProviderException error) when ((error.Fault == ProviderFault.Transient && error.LimitedUntil is null) || IsNotThereYet(error))
            {
                return false;
            }
        }, ct);
    }

    /// <summary>Waits until a login gets in with the password that it was just given.</summary>
    public Task TakesAsync(string connectionString, CancellationToken ct) =>
        EnterAsync(waits.Now + options.EndedWithin, () => SupabaseSchema.TryAsync(connectionString, ct), () => Task.CompletedTask, ct);

    private static bool IsWrongPassword(ProviderException error) => error.InnerException is PostgresException { SqlState: PostgresErrorCodes.InvalidPassword };

    private static bool IsUntrusted(ProviderException error) => error.InnerException is { InnerException: AuthenticationException };

    /// <summary>A young project's pooler says that it knows neither project nor role.</summary>
    private static bool IsNotThereYet(ProviderException error) => error.InnerException is PostgresException refusal
        && (refusal.SqlState is PostgresErrorCodes.InvalidAuthorizationSpecification or PostgresErrorCodes.InvalidCatalogName
            || refusal.MessageText.Contains("tenant or user not found", StringComparison.OrdinalIgnoreCase));
}
