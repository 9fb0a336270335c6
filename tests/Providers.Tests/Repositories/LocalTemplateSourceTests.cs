using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Repositories;

public sealed class Importing_the_template : RepositoryWorkshop
{
    [Fact]
    public async Task tags_it_with_its_version()
    {
        var version = await ImportAsync();

        version.Tag.ShouldBe("v1.0.0");
        (await GitAsync(Options.TemplateRepository, "rev-parse", "v1.0.0", "main")).Split('\n').ShouldAllBe(commit => commit == version.Commit);
        (await GitAsync(Options.TemplateRepository, "show", "main:content/campaign.json")).ShouldContain("template");
    }

    [Fact]
    public async Task twice_makes_one_commit()
    {
        var first = await ImportAsync();
        var second = await new LocalTemplateSource(Options, System.TimeProvider.System).ImportAsync(CancellationToken.None);

        second.ShouldBe(first);
        (await GitAsync(Options.TemplateRepository, "rev-list", "--count", "main")).ShouldBe("1");
    }

    [Fact]
    public async Task after_a_change_with_a_new_version_adds_a_commit()
    {
        var first = await ImportAsync();
        TinyTemplate.Write(Folder["template"], version: "1.1.0");

        var second = await ImportAsync();

        second.Tag.ShouldBe("v1.1.0");
        (await GitAsync(Options.TemplateRepository, "rev-parse", second.Commit + "^")).ShouldBe(first.Commit);
    }

    [Fact]
    public async Task after_a_change_without_a_new_version_counts_on()
    {
        await ImportAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder["template"], "more.txt"), "one");
        (await ImportAsync()).Tag.ShouldBe("v1.0.0+1");
        await File.WriteAllTextAsync(Path.Combine(Folder["template"], "more.txt"), "two");
        (await ImportAsync()).Tag.ShouldBe("v1.0.0+2");
    }

    [Fact]
    public async Task leaves_out_what_tools_made()
    {
        foreach (var file in (string[])["node_modules/next/index.js", ".next/cache", "out/index.html", ".env.local"])
        {
            var path = Path.Combine(Folder["template"], file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, "not the template's");
        }

        await ImportAsync();

        (await GitAsync(Options.TemplateRepository, "ls-tree", "-r", "--name-only", "main")).Split('\n')
            .ShouldBe(["build.mjs", "content/campaign.json", "package.json", "template.json"]);
    }

    [Fact]
    public async Task at_the_same_time_from_two_platforms_gives_one_version()
    {
        await ImportAsync();
        await File.WriteAllTextAsync(Path.Combine(Folder["template"], "more.txt"), "one");

        var versions = await Task.WhenAll(Enumerable.Range(0, 3)
            .Select(_ => new LocalTemplateSource(Options, System.TimeProvider.System).ImportAsync(CancellationToken.None)));

        versions.Distinct().Count().ShouldBe(1);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{ "version": "../evil" }""")]
    public async Task needs_a_version(string templateJson)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder["template"], "template.json"), templateJson);

        (await Should.ThrowAsync<ProviderException>(ImportAsync)).Fault.ShouldBe(ProviderFault.Rejected);
    }

    private Task<TemplateVersion> ImportAsync() => Templates.ImportAsync(CancellationToken.None);
}
