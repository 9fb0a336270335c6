using System;
using System.Threading.Tasks;
using PrizeDraw.Providers;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

public sealed class Migrating : MergeSpec
{
    private static readonly string Edited = Lines.Replace("line 2\n", "the site's\n", StringComparison.Ordinal);

    [Fact]
    public async Task moves_the_sites_files_before_the_merge_even_those_that_the_template_has_rewritten()
    {
        var template = Manifested(Move("m1", "lib", "src/lib"), ("src/lib/a.ts", "all new\n"), ("src/lib/b.ts", Lines));
        var merged = await MergeAsync(Files(("lib/a.ts", "old\n"), ("lib/b.ts", Lines)), Files(("lib/a.ts", "old\n"), ("lib/b.ts", Edited), ("lib/own.ts", "own\n")), template);
        merged.IsClean().Is(Files(("src/lib/a.ts", "all new\n"), ("src/lib/b.ts", Edited), ("src/lib/own.ts", "own\n")));
        merged.Result.Migrations.ShouldBe(["m1"]);
        merged.Of("src/lib/own.ts")!.OldPath.ShouldBe("lib/own.ts");
    }

    [Fact]
    public async Task happens_once_for_a_site()
    {
        var template = Manifested(Move("m1", "a.ts", "b.ts"), ("b.ts", Lines));
        var site = Files(("b.ts", Lines), ("a.ts", "the site's own, made since\n"));
        (await MergeAsync(Files(("b.ts", Lines)), site, template, "m1")).IsClean().Is(site);
        (await MergeAsync(template, site, With(template, ("c.ts", "c")))).IsClean()["a.ts"].ShouldBe("the site's own, made since\n");
    }

    [Fact]
    public async Task moves_nothing_where_the_site_has_something_already()
    {
        var site = Files(("a.ts", Edited), ("b.ts", "mine\n"));
        var merged = await MergeAsync(Files(("a.ts", Lines)), site, Manifested(Move("m1", "a.ts", "b.ts"), ("b.ts", Lines)));
        merged["b.ts"].ShouldBe("mine\n");
        merged["a.ts"].ShouldBe(Edited);
        merged.Result.Conflicts.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task renames_a_setting_with_the_sites_value()
    {
        const string migration = """{"id": "k1", "version": "1.0.0", "renameKey": {"file": "package.json", "from": "theme.colour", "to": "color"}}""";
        const string before = "{\n  \"theme\": {\n    \"colour\": \"red\", \"x\": 1\n  }\n}\n";
        var template = Manifested(migration, ("package.json", "{\n  \"theme\": {\n    \"color\": \"red\", \"x\": 2\n  }\n}\n"));
        var merged = await MergeAsync(Files(("package.json", before)), Files(("package.json", before.Replace("red", "blue", StringComparison.Ordinal))), template);
        merged.IsClean()["package.json"].ShouldBe("{\n  \"theme\": {\n    \"color\": \"blue\", \"x\": 2\n  }\n}\n");

        var both = before.Replace("\"x\"", "\"color\": \"own\", \"x\"", StringComparison.Ordinal);
        (await MergeAsync(Files(("package.json", before)), Files(("package.json", both)), template)).Result.Conflicts.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("\u00EF\u00BB\u00BF", "\n")]
    [InlineData("\u00EF\u00BB\u00BF", "\r\n")]
    [InlineData("", "\r\n")]
    public async Task renames_a_setting_in_whatever_form_the_sites_file_has(string mark, string end)
    {
        var site = mark + Before.Replace("red", "blue", StringComparison.Ordinal).Replace("\n", end, StringComparison.Ordinal);
        var merged = await MergeAsync(Files(("package.json", Before)), Files(("package.json", site)), Manifested(RenameKey, ("package.json", After)));
        merged.IsClean()["package.json"].ShouldBe(site.Replace("colour", "color", StringComparison.Ordinal).Replace("1", "2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\n  \"theme\": {\n    \"colour\": \"blue\", \"colour\": \"green\", \"x\": 1\n  }\n}\n")]
    [InlineData("{\n  \"theme\": {\n    \"colour\": \"blue\n")]
    [InlineData("{\n  \"theme\": {\n    \"colour\": \"Caf\u00E9\", \"x\": 1\n  }\n}\n")]
    public async Task asks_where_the_sites_settings_can_not_be_read(string site)
    {
        var merged = await MergeAsync(Files(("package.json", Before)), Files(("package.json", site)), Manifested(RenameKey, ("package.json", After)));
        merged["package.json"].ShouldBe(site);
        merged.Conflict("package.json", "migration").Note.ShouldContain("theme.colour");
        merged[".template-sync/package.json"].ShouldBe(After);
    }

    [Fact]
    public async Task never_moves_the_campaigns_content()
    {
        var site = Files(("data/campaign.json", "own\n"), ("data/own.ts", "own\n"));
        (await MergeAsync(Files(("x", "x")), site, Manifested(Move("m1", "data", "content"), ("x", "x"))))["content/campaign.json"].ShouldBeNull();
    }

    [Theory]
    [InlineData("""{"id": "m", "version": "1.0.0", "move": {"from": "content/campaign.json", "to": "data/campaign.json"}}""")]
    [InlineData("""{"id": "m", "version": "1.0.0", "move": {"from": "content", "to": "data"}}""")]
    [InlineData("""{"id": "m", "version": "1.0.0", "move": {"from": "data.json", "to": "content/campaign.json"}}""")]
    [InlineData("""{"id": "m", "version": "1.0.0", "renameKey": {"file": "content/campaign.json", "from": "a", "to": "b"}}""")]
    public async Task may_not_touch_what_the_platform_writes(string migration)
    {
        var refusal = await Should.ThrowAsync<ProviderException>(() => MergeAsync(Files(), Files(("content/campaign.json", "{}")), Manifested(migration)));
        (refusal.Fault, refusal.Message.Contains("migrations has 'm'", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true));
    }

    private const string RenameKey = """{"id": "k1", "version": "1.0.0", "renameKey": {"file": "package.json", "from": "theme.colour", "to": "color"}}""";

    private const string Before = "{\n  \"theme\": {\n    \"colour\": \"red\", \"x\": 1\n  }\n}\n", After = "{\n  \"theme\": {\n    \"color\": \"red\", \"x\": 2\n  }\n}\n";

    private static string Move(string id, string from, string to) => 
        $$"""{"id": "{{id}}", "version": "1.0.0", "move": {"from": "{{from}}", "to": "{{to}}" } }""";

    private static System.Collections.Generic.Dictionary<string, string> Manifested(string migration, params (string, string)[] files) =>
        With(Files(files), ("template.json", Manifest.Replace("\"migrations\": []", $"\"migrations\": [{migration}]", StringComparison.Ordinal)));
}
