using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Databases;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>Replacing the passwords of a project's two roles that are ours to use.</summary>
public sealed partial class SupabaseDatabaseProvider
{
    /// <inheritdoc/>
    public async Task SetPasswordAsync(DatabaseRequest request, DatabaseRef database, Func<CancellationToken, Task<string>> password, CancellationToken ct)
    {
        await OwnedAsync(request, ct);
        var set = await SupabaseSchema.SetPasswordAsync(OwnerConnectionString(database, request.OwnerPassword), request, password, ct);
        await _readiness.TakesAsync(CampaignConnectionString(database, set), ct);
    }

    /// <inheritdoc/>
    public async Task SetOwnerPasswordAsync(DatabaseRequest request, DatabaseRef database, string password, CancellationToken ct)
    {
        var project = await OwnedAsync(request, ct);
        await _client.SetPasswordAsync(project.Ref, password, ct);
        await _readiness.TakesAsync(OwnerConnectionString(database, password), ct);
    }
}
