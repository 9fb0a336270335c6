using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Databases;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Pausing and waking a project.</summary>
public sealed partial class SupabaseDatabaseProvider
{
    /// <summary>Pauses the project: nothing is served and, on free plans, nothing used; the data stays. Paused already is done.</summary>
    public async Task PauseAsync(DatabaseRequest request, CancellationToken ct)
    {
        var project = await OwnedAsync(request, ct);
        if (project.Status == SupabaseStatus.Paused)
        {
            return;
        }

        await AskAsync(() => _client.PauseAsync(project.Ref, ct), project);
        await _waits.UntilAsync(_options.EndedWithin, "pause the project", async () => await OwnedAsync(request, project.Ref, ct) switch
        {
            { Status: SupabaseStatus.Paused } => true,
            { Status: SupabaseStatus.PauseFailed } => throw Failed(request, SupabaseStatus.PauseFailed),
            null or { Status: SupabaseStatus.GoingDown or SupabaseStatus.Removed } => throw Vanished(request),
            _ => false,
        }, ct);
    }

    /// <summary>Wakes a paused project, and waits until its database answers. Awake already is done.</summary>
    public async Task ResumeAsync(DatabaseRequest request, CancellationToken ct)
    {
        var project = await OwnedAsync(request, ct);
        if (project.Status == SupabaseStatus.Pausing)
        {
            // It takes no other order until it is paused.
            await _waits.UntilAsync(_options.EndedWithin, "finish pausing the project", async () =>
                (project = await OwnedAsync(request, project.Ref, ct) ?? throw Vanished(request)).Status != SupabaseStatus.Pausing, ct);
        }

        if (project.Status is SupabaseStatus.Paused or SupabaseStatus.PauseFailed)
        {
            await AskAsync(() => _client.ResumeAsync(project.Ref, ct), project);
        }

        await _waits.UntilThereAsync(_waits.Now + _options.ReadyWithin, "wake the project", async () => await OwnedAsync(request, project.Ref, ct) switch
        {
            { Status: SupabaseStatus.Healthy } => await _client.IsDatabaseHealthyAsync(project.Ref, ct),
            { Status: SupabaseStatus.RestoreFailed } => throw Failed(request, SupabaseStatus.RestoreFailed),
            null or { Status: SupabaseStatus.GoingDown or SupabaseStatus.Removed } => throw Vanished(request),
            _ => false,
        }, ct);
    }

    /// <summary>Paused by us, by a person, or by Supabase after a free project's idle week.</summary>
    public async Task<bool> IsRestingAsync(DatabaseRequest request, CancellationToken ct)
    {
        Require(request);
        return request.Id is { } id && await OwnedAsync(request, id, ct) is { Status: SupabaseStatus.Paused };
    }
}
