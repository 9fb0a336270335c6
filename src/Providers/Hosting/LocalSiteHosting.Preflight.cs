using System;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Hosting;

/// <content>What can be asked beforehand.</content>
public sealed partial class LocalSiteHosting
{
    /// <summary>A site's build and its releases take some hundred megabytes.</summary>
    private const long FreeBytesMin = 500L * 1024 * 1024;

    /// <inheritdoc/>
    public async Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct)
    {
        var asking = new PreflightAsking("local", askedFor, time);
        await asking.AskAsync("disc", _ => Task.FromResult(Disc()), ct);
        await asking.AskAsync("ports", _ => Task.FromResult(Ports()), ct);
        if (target is not null)
        {
            await asking.AskAsync("site-name", _ => Task.FromResult(Name(new SiteRequest(target.Name, target.Nonce))), ct);
        }

        return asking.Checks;
    }

    private string Disc()
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(options.DataFolder)).AvailableFreeSpace;
            return free >= FreeBytesMin
                ? $"{free >> 20} MB are free in the data folder."
                : throw new ProviderException(
                    ProviderFault.Quota, $"Only {free >> 20} MB are free in the data folder, and a site takes up to {FreeBytesMin >> 20} MB. Make room, then try again.");
        }
        catch (IOException e)
        {
            throw new ProviderException(ProviderFault.Rejected, "The data folder can't be read. Look whether its disc is there, then try again.", e);
        }
    }

    private string Ports()
    {
        var (taken, all) = (_folders.LoadAll().Count(site => site.Port >= options.FirstPort && site.Port <= options.LastPort), options.LastPort - options.FirstPort + 1);
        return taken < all
            ? $"{all - taken} of {all} ports for sites are free."
            : throw new ProviderException(
                ProviderFault.Quota, $"Each port between {options.FirstPort} and {options.LastPort} has a site. Allow more, or delete a campaign.");
    }

    private string Name(SiteRequest request)
    {
        OwnedName.Require(request.Name, request.Nonce);
        return Owned(request) is not null || !Directory.Exists(_folders.Of(request.Name))
            ? $"The name {request.Name} can be had."
            : throw OwnedName.Taken("site", request.Name);
    }
}
