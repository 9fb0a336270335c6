using System;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

public sealed class Merging_JSON : MergeSpec
{
    private const string Origin = "{\n  \"name\": \"site\",\n  \"scripts\": {\n    \"build\": \"b\",\n    \"test\": \"t\"\n  },\n  \"files\": [\"a\"]\n}\n";

    [Theory]
    // The template's new keys come where it has them, the site's stay where they are.
    [InlineData("{\n  \"name\": \"mine\",\n  \"own\": 1,\n  \"scripts\": {\n    \"build\": \"b\",\n    \"test\": \"t\"\n  },\n  \"files\": [\"a\"]\n}\n",
        "{\n  \"name\": \"site\",\n  \"version\": \"2\",\n  \"scripts\": {\n    \"build\": \"b2\",\n    \"lint\": \"l\",\n    \"test\": \"t\"\n  },\n  \"files\": [\n    \"a\",\n    \"b\"\n  ]\n}\n",
        "{\n  \"name\": \"mine\",\n  \"version\": \"2\",\n  \"own\": 1,\n  \"scripts\": {\n    \"build\": \"b2\",\n    \"lint\": \"l\",\n    \"test\": \"t\"\n  },\n  \"files\": [\n    \"a\",\n    \"b\"\n  ]\n}\n")]
    // Another indentation, order, comments and a last comma are the site's to have.
    [InlineData("{\n\t// ours\n\t\"files\": [\"a\"],\n\t\"scripts\": {\"test\": \"t\", \"build\": \"b\"},\n\t\"name\": \"site\",\n}\n",
        "{\n  \"name\": \"site\",\n  \"scripts\": {\n    \"build\": \"b\",\n    \"test\": \"t2\"\n  }\n}\n",
        "{\n\t// ours\n\t\"scripts\": {\"test\": \"t2\", \"build\": \"b\"},\n\t\"name\": \"site\",\n}\n")]
    // An object that the template empties, and one that it fills.
    [InlineData("{\n  \"name\": \"site\",\n  \"scripts\": {\n    \"build\": \"b\",\n    \"test\": \"t\"\n  },\n  \"files\": [\"a\"],\n  \"own\": {}\n}\n",
        "{\n  \"name\": \"site\",\n  \"scripts\": {},\n  \"files\": [\"a\"],\n  \"own\": {\n    \"x\": 1\n  }\n}\n",
        "{\n  \"name\": \"site\",\n  \"scripts\": {},\n  \"files\": [\"a\"],\n  \"own\": {\n    \"x\": 1\n  }\n}\n")]
    public async Task writes_the_templates_changes_into_the_sites_text(string site, string template, string expected)
    {
        var merged = await MergeAsync(Files(("package.json", Origin)), Files(("package.json", site)), Files(("package.json", template)));
        merged.IsClean()["package.json"].ShouldBe(expected);
    }

    [Theory]
    // A comment ends where its line does: what follows on the removed key's line is no part of it.
    [InlineData("{\n  \"own\": 1,\n  // strictness\n  \"strict\": true, \"noEmit\": true\n}\n", "{\n  \"own\": 1,\n  // strictness\n  \"noEmit\": true\n}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"noEmit\": true,\n  // strictness\n  \"strict\": true\n}\n", "{\n  \"own\": 1,\n  \"noEmit\": true\n  // strictness\n}\n")]
    [InlineData("{\"own\": 1, \"noEmit\": true, /* strictness */ \"strict\": true}\n", "{\"own\": 1, \"noEmit\": true /* strictness */}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"strict\": true /* ours */,\n  \"noEmit\": true\n}\n", "{\n  \"own\": 1, /* ours */\n  \"noEmit\": true\n}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"strict\": true // ours\n  , \"noEmit\": true\n}\n", "{\n  \"own\": 1, // ours\n  \"noEmit\": true\n}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"noEmit\": true,\n  \"strict\": true, // ours\n}\n", "{\n  \"own\": 1,\n  \"noEmit\": true, // ours\n}\n")]
    public async Task keeps_the_sites_keys_and_comments_where_the_template_removes_a_key(string site, string expected)
    {
        const string origin = "{\n  \"strict\": true,\n  \"noEmit\": true\n}\n";
        var merged = await MergeAsync(Files(("package.json", origin)), Files(("package.json", site)), Files(("package.json", "{\n  \"noEmit\": true\n}\n")));
        merged.IsClean()["package.json"].ShouldBe(expected);
    }

    [Theory]
    [InlineData("{\n  \"own\": 1,\n  \"lib\": [\n    \"dom\", // for the draw\n    \"es\"\n  ]\n}\n", "{\n  \"lib\": [\"dom\", \"es\", \"web\"]\n}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"lib\": [\n    \"dom\", // for the draw\n    \"es\"\n  ]\n}\n", "{\n}\n")]
    [InlineData("{\n  \"own\": 1,\n  \"lib\": // for the draw\n    [\"dom\", \"es\"]\n}\n", "{\n}\n")]
    public async Task asks_where_the_sites_comment_would_go_with_a_value(string site, string template)
    {
        const string origin = "{\n  \"lib\": [\"dom\", \"es\"]\n}\n";
        var merged = await MergeAsync(Files(("package.json", origin)), Files(("package.json", site)), Files(("package.json", template)));
        merged["package.json"].ShouldBe(site);
        merged.Conflict("package.json", "json").Note.ShouldContain("lib");
    }

    [Fact]
    public async Task leaves_to_git_what_is_not_in_UTF_8()
    {
        var site = Origin.Replace("\"site\"", "\"Caf\u00E9\"", StringComparison.Ordinal);
        var merged = await MergeAsync(Files(("package.json", Origin)), Files(("package.json", site)), Files(("package.json", Origin.Replace("\"a\"", "\"b\"", StringComparison.Ordinal))));
        merged.IsClean()["package.json"].ShouldBe(site.Replace("\"a\"", "\"b\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task keeps_the_sites_value_of_a_key_that_both_changed()
    {
        var merged = await MergeAsync(
            Files(("package.json", Origin)), Files(("package.json", Origin.Replace("\"b\"", "\"site\""))), Files(("package.json", Origin.Replace("\"b\"", "\"tpl\"").Replace("\"t\"", "\"t2\""))));
        merged["package.json"].ShouldBe(Origin.Replace("\"b\"", "\"site\"").Replace("\"t\"", "\"t2\""));
        merged.Conflict("package.json", "json").Note.ShouldContain("scripts.build");
        merged[".template-sync/package.json"]!.ShouldContain("tpl");
    }

    [Fact]
    public async Task leaves_to_git_what_is_no_JSON()
    {
        var merged = await MergeAsync(Files(("package.json", "{\n1\n")), Files(("package.json", "{\n2\n")), Files(("package.json", "{\n3\n")));
        merged["package.json"].ShouldBe("{\n2\n");
        merged.Conflict("package.json", "content").HasMarkers.ShouldBeFalse();
    }

    [Fact]
    public async Task keeps_the_form_of_the_sites_file()
    {
        var site = Origin.Replace("\"site\"", "\"mine\"").Replace("\n", "\r\n");
        var merged = await MergeAsync(Files(("package.json", Origin)), Files(("package.json", site)), Files(("package.json", Origin.Replace("\"t\"", "\"t2\""))));
        merged.IsClean()["package.json"].ShouldBe(site.Replace("\"t\"", "\"t2\""));
    }

    [Fact]
    public async Task asks_where_lines_went_together_but_are_no_JSON_any_more()
    {
        var merged = await MergeAsync(
            Files(("data.json", "[\n1,\n2,\n3,\n4\n]\n")), Files(("data.json", "[\n0,\n2,\n3,\n4\n]\n")), Files(("data.json", "[\n1,\n2,\n3\n]\n")));
        merged.IsClean()["data.json"].ShouldBe("[\n0,\n2,\n3\n]\n");

        // Each has added the same key, far from the other's.
        const string origin = "{\n  \"a\": 1,\n  \"b\": 1,\n  \"c\": 1,\n  \"d\": 1,\n  \"e\": 1,\n  \"z\": 1\n}\n";
        var site = origin.Replace("  \"b\"", "  \"n\": 5,\n  \"b\"");
        merged = await MergeAsync(Files(("data.json", origin)), Files(("data.json", site)), Files(("data.json", origin.Replace("  \"z\"", "  \"n\": 6,\n  \"z\""))));
        merged.Conflict("data.json", "content").HasMarkers.ShouldBeFalse();
        merged["data.json"].ShouldBe(site);
        merged[".template-sync/data.json"]!.ShouldContain("6");
    }
}
