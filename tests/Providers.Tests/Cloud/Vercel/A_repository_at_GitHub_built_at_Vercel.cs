using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Providers.Hosting;
using PrizeDraw.Providers.Tests.Cloud.GitHub;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Vercel;

/// <summary>What GitHub's client answers is what Vercel's takes: the name of the link, the id, the branch, the commit.</summary>
public sealed class A_repository_at_GitHub_built_at_Vercel : GitHubSpec
{
    [Fact]
    public async Task is_linked_by_its_name_built_from_its_commit_and_undone_in_reverse()
    {
        await using var workshop = await VercelWorkshop.OpenAsync();
        workshop.Vercel.Sees = name => Repository(r => r.Name == name) is { } found ? IdOf(found) : null;
        workshop.Vercel.HasCommit = (id, sha) =>
            Repository(r => IdOf(r) == id) is { } found && GitHub.History(found.Name).Any(c => c.Sha == sha);

        var repository = await CreateAsync();
        var commit = await Host.CommitAsync(repository, Content("""{ "name": "Summer" }"""), "The campaign's content", CancellationToken.None);
        var site = new SiteRequest(Name, Nonce) { Repository = repository };
        site = site with { Id = (await workshop.Hosting.CreateAsync(site, CancellationToken.None)).Id };
        await workshop.Hosting.DeployAsync(site, repository, commit, workshop.Log.Add, CancellationToken.None);
        (await workshop.Hosting.IsServingAsync(site, commit, CancellationToken.None)).ShouldBeTrue();

        // A later commit, as when the brand changes.
        var later = await Host.CommitAsync(repository, Content("""{ "name": "Late summer" }"""), "The brand has changed", CancellationToken.None);
        await workshop.Hosting.DeployAsync(site, repository, later, workshop.Log.Add, CancellationToken.None);
        workshop.Vercel.BuildsOf(Name).ShouldBe([commit, later]);

        await workshop.Hosting.DeleteIfOwnedAsync(site, CancellationToken.None);
        await Host.DeleteIfOwnedAsync(Request with { Id = repository.Id }, CancellationToken.None);
        workshop.Vercel.Left.ShouldBeEmpty();
        Repository(r => r.Name == Full).ShouldBeNull();
    }

    private DoubleResource? Repository(Func<DoubleResource, bool> which) => GitHub.Left.SingleOrDefault(which);

    private static long IdOf(DoubleResource repository) => long.Parse(repository.Id, CultureInfo.InvariantCulture);
}
