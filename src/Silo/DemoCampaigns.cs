using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace PrizeDraw.Silo;

/// <summary>Brings the demo campaigns about, one after the other, and tells where they are.</summary>
internal sealed class DemoCampaigns(IServiceProvider services, PlatformOptions options, Action<string> tell)
{
    public async Task EnsureAsync(CancellationToken ct)
    {
        if (!options.Demo)
        {
            return;
        }

        var done = new FileInfo(Path.Combine(options.DataFolder, DemoFacts.First.DoneFile));
        if (!done.Exists)
        {
            tell("Provisioning the demo campaign (its site is built: about a minute), then two more …");
        }

        // An installation that began with one demo campaign, whose file is empty, keeps to that one.
        var others = done is { Exists: true, Length: 0 } ? [] : DemoFacts.Others;
        foreach (var facts in (DemoFacts[])[DemoFacts.First, .. others])
        {
            if (await ActivatorUtilities.CreateInstance<DemoCampaign>(services, options, facts).EnsureAsync(ct) is { } demo)
            {
                tell(demo.SiteUrl is null
                    ? $"The demo campaign \"{facts.Name}\" is {demo.State}: its deployment's log is on the admin page."
                    : $"  Demo campaign  {demo.SiteUrl}  {facts.Name} ({demo.State})");
            }
        }
    }
}
