using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Domain.Sync;
using PrizeDraw.Grains.Abstractions.Sync;
using PrizeDraw.Providers.Repositories;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Sites;

/// <summary>Tags that people move while a release goes on.</summary>
public sealed partial class Releasing_to_sites
{
    [Fact]
    public async Task brings_no_site_what_its_canary_has_not_seen()
    {
        var campaigns = await FleetAsync(3);
        var moved = new TemplateVersion("v2", new string('e', 40));
        sites[campaigns[0].Slug].Comes = order =>
        {
            // Somebody moves the tag, and a look finds it.
            sites.Versions = [Third, moved, First];
            Task.Run(() => stage.KnowAsync(First, moved, Third)).GetAwaiter().GetResult();
            return ScriptedSite.Pushed(order.Target, order.Nonce);
        };
        var release = await CreatedAsync("v2", new WaveSettings([campaigns[0].Id], null, 0), Rest);
        await UntilAsync(release, r => r.State == "succeeded");
        Counts(await SitesAsync(release)).ShouldBe("pushed 1, refused 2");
        (await SitesAsync(release)).Where(s => s.State == "refused").ShouldAllBe(s => s.Reason!.Contains("v2 means eeeeeeeeeeee by now, and meant 222222222222"));
        campaigns.Skip(1).ShouldAllBe(c => sites[c.Slug].Pushes == 0);

        // A release that begins now means what the tag means now.
        sites[campaigns[0].Slug].Comes = order => ScriptedSite.Pushed(order.Target, order.Nonce);
        await UntilAsync(await CreatedAsync("v2", Rest), r => r.State == "succeeded");
        campaigns.Skip(1).ShouldAllBe(c => sites[c.Slug].Pushes == 1);
    }
}
