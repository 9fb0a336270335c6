using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text.RegularExpressions;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Pools;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>Sizes, words and what must never be committed.</summary>
public sealed partial class The_source
{
    private const int LinesMax = 300, MemberLinesMax = 40;
    private const string Exceptions = "tests/Tidy/long-on-purpose.txt";

    // Written in pieces, so that this file doesn't hold what it looks for.
    private static readonly string[] Leftovers = ["FIX" + "ME", "TO" + "DO", "HA" + "CK", "NotImplemented" + "Exception"];

    private static readonly Assembly[] Ours =
    [
        typeof(DomainError).Assembly, typeof(ICampaignGrain).Assembly, typeof(PrizePoolGrain).Assembly, typeof(Storage.PlatformStorage).Assembly,
        typeof(Api.ApiOptions).Assembly, typeof(Silo.PlatformOptions).Assembly, typeof(Providers.ProviderException).Assembly,
    ];

    private static IEnumerable<SourceFile> Code => Source.Files.Where(f => f.Ends(".cs", ".ts", ".tsx", ".mjs", ".css", ".sql") && !f.Ends(".d.ts"));

    [Fact]
    public void has_nothing_left_over() =>
        Source.Files.Where(f => !f.Ends("package-lock.json", ".md")).SelectMany(f => f.Lines.Select((l, i) => (f.Path, Line: l, Number: i + 1)))
            .Where(l => Leftovers.Any(w => Regex.IsMatch(l.Line, $@"\b{w}\b"))).Select(l => $"{l.Path}:{l.Number}")
            .ShouldBeEmpty("Finish it, or write an issue.");

    [Fact]
    public void keeps_files_short() => Listed.ShouldBe(
        Code.Where(f => f.Lines.Length - 1 > LinesMax).Select(f => f.Path).Concat(LongMembers()), Exceptions,
        $"A file of more than {LinesMax} lines or a member of more than {MemberLinesMax} is telling you about a missing concept: split it. "
        + "Where it truly is one thing, add its line under a comment that says why; when it has become short, take the line away.");

    [Fact]
    public void is_measured_member_by_member()
    {
        const string code = "public class A\n{\n    public void B()\n    {\n        if (c)\n        {\n            d();\n        }\n    }\n\n    public int E { get; } = 1;\n}\n";
        var member = Members.In(new SourceFile("A.cs", code)).ShouldHaveSingleItem();
        (member.Header, member.Length).ShouldBe(("public void B()", 4));
    }

    [Fact]
    public void names_no_type_a_manager_helper_service_or_util()
    {
        Ours.SelectMany(a => a.GetTypes()).Where(t => !t.Name.Contains('<', StringComparison.Ordinal) && t.Namespace?.StartsWith("PrizeDraw", StringComparison.Ordinal) == true)
            .Where(t => BannedWord().IsMatch(t.Name)).Select(t => t.FullName).ShouldBeEmpty("Name it after what it is.");
    }

    [Fact]
    public void names_no_machine() => Lines().Where(l => MachinePath().IsMatch(l.Line)).Select(l => $"{l.Path}:{l.Number}: {Cut(l.Line)}")
        .ShouldBeEmpty("Paths of somebody's machine don't belong to the project.");

    [Fact]
    public void names_no_registry() =>
        Lines(f => f.Ends(".json", ".config", ".props", ".targets", ".csproj", ".npmrc", ".yml", ".yaml") || f.Path is "run" or "test" || f.IsIn("scripts") || f.IsIn(".ci"))
            .Where(l => Registry().IsMatch(l.Line)).Select(l => $"{l.Path}:{l.Number}: {Cut(l.Line)}")
            .ShouldBeEmpty("Lock files and settings name no registry: whoever restores decides where from.");

    [Fact]
    public void holds_no_secrets() => Lines().Where(l => Secret().IsMatch(l.Line)).Select(l => $"{l.Path}:{l.Number}").ShouldBeEmpty();

    [Fact]
    public void is_judged_by_checks_that_see_what_they_look_for()
    {
        MachinePath().IsMatch("see /home" + "/somebody/x").ShouldBeTrue();
        Registry().IsMatch("\"resolved\": " + "\"https://registry.npmjs" + ".org/a/-/a-1.0.0.tgz\"").ShouldBeTrue();
        Secret().IsMatch("-----BEGIN EC " + "PRIVATE KEY-----").ShouldBeTrue();
        Secret().IsMatch("token gh" + "p_0123456789abcdefghij0123456789abcdef").ShouldBeTrue();
        BannedWord().IsMatch("PrizeManager").ShouldBeTrue();
        BannedWord().IsMatch("PrizePool").ShouldBeFalse();
    }

    private static IEnumerable<string> LongMembers() => Source.CSharp("src").SelectMany(f => Members.In(f))
        .Where(m => m.Length > MemberLinesMax && m.Header.Contains('('))
        .Select(m => $"{m.Path} {MemberName().Match(m.Header).Groups["name"].Value}");

    private static IEnumerable<(string Path, int Number, string Line)> Lines(Func<SourceFile, bool>? which = null) =>
        Source.Files.Where(which ?? (f => true)).SelectMany(f => f.Lines.Select((l, i) => (f.Path, i + 1, l)));

    private static string Cut(string line) => line.Trim() is { Length: > 120 } text ? text[..120] : line.Trim();

    [GeneratedRegex("(Manager|Helper|Helpers|Service|Util|Utils|Utility)(`\\d)?$")]
    private static partial Regex BannedWord();

    [GeneratedRegex(@"(?<![\w.])/(home|Users|root|work)/\w|[A-Z]:\\Users\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"""resolved""\s*:\s*""https?:|registry\s*=|registry\.npmjs|nuget\.org/v3|--registry|<packageSources|--source\s", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{20,}|\bsbp_[0-9a-f]{30,}|\bAKIA[0-9A-Z]{16}\b|\bsk_live_\w{10,}|\bxox[bp]-\w{10,}")]
    private static partial Regex Secret();

    [GeneratedRegex(@"(?<name>\w+)(?:<[^>]*>)?(?:\(|$|\s*=>)")]
    private static partial Regex MemberName();
}
