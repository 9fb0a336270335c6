using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Hosting;

namespace PrizeDraw.Providers.Cloud.Vercel;

/// <summary>A project that was found or made, and whether it is the request's.</summary>
internal sealed record VercelSite(VercelProject Project, bool IsOurs, bool IsNew = false);

/// <summary>Tells whose projects are: by name, marker and, once it is stored, id.</summary>
internal sealed partial class VercelSites(VercelApi api, string? team)
{
    /// <summary>Refuses (<see cref="ProviderFault.Rejected"/>) names, markers and variables that can't be used.</summary>
    public static void Require(SiteRequest request)
    {
        OwnedName.Require(request.Name, request.Nonce);
        if (request.Variables.FirstOrDefault(v => !VariablePattern().IsMatch(v.Name) || v.Name == VercelApi.Marker) is { } variable)
        {
            throw new ProviderException(ProviderFault.Rejected, $"'{variable.Name}' can't be the name of a site's variable at Vercel.");
        }
    }

    /// <summary>The request's project, or null. Somebody else's of the same name is none.</summary>
    public async Task<VercelProject?> FindOursAsync(SiteRequest request, CancellationToken ct) =>
        await api.ProjectAsync(request.Id ?? request.Name, request.Id is not null, ct) is { } found && await IsOursAsync(found, request, ct) ? found : null;

    /// <summary>The project of the stored id, whatever has become of its name and marker.</summary>
    public async Task<VercelSite?> FindByIdAsync(SiteRequest request, CancellationToken ct) =>
        request.Id is { } id && await api.ProjectAsync(id, isOurs: true, ct) is { } found ? new VercelSite(found, await IsOursAsync(found, request, ct)) : null;

    /// <summary>What is not shown is not there: refused where that does not follow. Of what has no stored id, and no call that may have made it, nobody knows that it was made.</summary>
    public Task RequireGoneAsync(SiteRequest request, CancellationToken ct) =>
        request.Id is null && request.MayBeMade != true ? Task.CompletedTask : VercelMembership.RequireSightAsync(api, team, request, ct);

    /// <summary>What stands in the way of making the request's project, or is it.</summary>
    public async Task<VercelSite?> FindAnyAsync(SiteRequest request, CancellationToken ct)
    {
        if (await FindByIdAsync(request, ct) is { } stored)
        {
            return stored;
        }

        return await api.ProjectAsync(request.Name, isOurs: false, ct) is { } found ? new VercelSite(found, await IsOursAsync(found, request, ct)) : null;
    }

    private async Task<bool> IsOursAsync(VercelProject project, SiteRequest request, CancellationToken ct)
    {
        if (project.Name != request.Name || (request.Id is not null && project.Id != request.Id))
        {
            return false;
        }

        // Seen by one call and not by the next: it is just being made, or deleted. That is not the same as somebody else's.
        var variables = await api.VariablesAsync(project.Id, request.Id is not null, ct) ?? throw new ProviderException(
            ProviderFault.Transient, $"Vercel does not show the variables of the project '{project.Name}'. It is asked again.");
        return variables.Any(v => v.Name == VercelApi.Marker && v.Value == request.Nonce);
    }

    [GeneratedRegex(@"\A(?!VERCEL_)[A-Za-z][A-Za-z0-9_]{0,254}\z", RegexOptions.CultureInvariant)]
    private static partial Regex VariablePattern();
}
