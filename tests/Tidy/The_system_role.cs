using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>The role that reads across tenants has few callers, each agreed to.</summary>
public sealed partial class The_system_role
{
    [Fact]
    public void is_called_from_the_committed_list_alone() => Listed.ShouldBe(
        Source.CSharp("src").SelectMany(Callers), "tests/Tidy/system-role-callers.txt",
        "platform_system sees every tenant. It is for login, id → tenant, site look-ups, sweeps and lists of super_admin alone: use a unit of "
        + "work with tenants wherever one is known; else add the line and say in the commit why no tenant can be known.");

    [Fact]
    public void is_found_where_it_is_called()
    {
        const string code = "class A\n{\n    public async Task FindAsync(Guid id,\n        string b)\n    {\n        await x.OpenSystemAsync(ct);\n    }\n}";
        Callers(new SourceFile("src/A.cs", code)).ShouldBe(["src/A.cs FindAsync"]);
    }

    private static IEnumerable<string> Callers(SourceFile file)
    {
        var member = "?";
        foreach (var line in file.Lines)
        {
            member = Declaration().Match(line) is { Success: true } declared ? declared.Groups["name"].Value : member;
            if (Use().IsMatch(line))
            {
                yield return $"{file.Path} {member}";
            }
        }
    }

    // Members of a type stand four deep, those of a type within it eight.
    [GeneratedRegex(@"^(?: {4}| {8})(?:public|internal|private|protected)[\w<>\[\]?,.() ]*?\s(?<name>\w+)(?:<\w+>)?\s*[(=]")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"\bOpenSystemAsync\(|[cC]onnections\.System\b|CentralRoles\.System\b|(?<![\w.])System = NpgsqlDataSource")]
    private static partial Regex Use();
}
