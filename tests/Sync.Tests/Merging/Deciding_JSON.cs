using System;
using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Sync.Tests.Merging;

/// <summary>A side is chosen for the keys that both have changed alone: all else that merged stays.</summary>
public sealed class Deciding_JSON : DecidingSpec
{
    private const string Origin = "{\n  \"a\": 1,\n  \"b\": 1,\n  \"c\": {\n    \"d\": 1\n  },\n  \"gone\": 1\n}\n";
    private const string Site = "{\n  \"a\": 2,\n  \"b\": 1, // ours\n  \"c\": {\n    \"d\": 2,\n    \"own\": 2\n  },\n  \"gone\": 2,\n  \"own\": 1\n}\n";
    private const string Template = "{\n  \"a\": 3,\n  \"b\": 2,\n  \"c\": {\n    \"d\": 3\n  }\n}\n";

    [Theory]
    [InlineData("site", "{\n  \"a\": 2,\n  \"b\": 2, // ours\n  \"c\": {\n    \"d\": 2,\n    \"own\": 2\n  },\n  \"gone\": 2,\n  \"own\": 1\n}\n")]
    [InlineData("template", "{\n  \"a\": 3,\n  \"b\": 2, // ours\n  \"c\": {\n    \"d\": 3,\n    \"own\": 2\n  },\n  \"own\": 1\n}\n")]
    public async Task chooses_a_side_for_the_keys_that_both_have_changed(string choice, string expected)
    {
        foreach (var (mark, end) in new[] { ("", "\n"), ("\u00EF\u00BB\u00BF", "\r\n") })
        {
            string Formed(string text) => mark + text.Replace("\n", end, StringComparison.Ordinal);
            var decided = await DecideAsync(Files(("package.json", Origin)), Files(("package.json", Formed(Site))), Files(("package.json", Template)), "package.json", choice);
            decided["package.json"].ShouldBe(Formed(expected));
        }
    }

    [Fact]
    public async Task can_be_thought_over()
    {
        string[] choices = ["template", "site", "template"];
        (await DecideAsync(Files(("package.json", Origin)), Files(("package.json", Site)), Files(("package.json", Template)), "package.json", choices))["package.json"]
            .ShouldBe(Site.Replace("\"a\": 2", "\"a\": 3", StringComparison.Ordinal).Replace("\"b\": 1", "\"b\": 2", StringComparison.Ordinal)
                .Replace("\"d\": 2", "\"d\": 3", StringComparison.Ordinal).Replace("  \"gone\": 2,\n", "", StringComparison.Ordinal));
    }
}
