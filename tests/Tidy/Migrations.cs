using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>SQL migrations: numbered, safe to run twice, tenants' tables protected, no schema named in a campaign's SQL.</summary>
public sealed partial class Migrations
{
    private const string Central = "src/Storage/Central/Migrations", Campaign = "src/Storage/Campaign/Migrations", Engine = "src/Orleans.Embedded/Sql";

    [Theory]
    [InlineData(Central)]
    [InlineData(Campaign)]
    [InlineData(Engine)]
    public void are_numbered_without_gaps_or_duplicates(string folder)
    {
        var names = In(folder).Select(f => Path.GetFileName(f.Path)).Order(StringComparer.Ordinal).ToArray();
        names.ShouldNotBeEmpty();
        names.Where(n => !FileName().IsMatch(n)).ShouldBeEmpty("Name it NNNN_what_it_states.sql.");
        names.Select(n => int.Parse(n[..4], null)).ShouldBe(Enumerable.Range(1, names.Length));
    }

    [Theory]
    [InlineData(Central)]
    [InlineData(Campaign)]
    [InlineData(Engine)]
    public void can_run_twice(string folder) => In(folder).SelectMany(f => Statements(f.Text).Where(s => !MayRunTwice(s)).Select(s => $"{f.Path}: {Start(s)}"))
        .ShouldBeEmpty("Write create … if not exists, create or replace, drop … if exists, add column if not exists, on conflict.");

    [Theory]
    [InlineData("create table thing (id uuid)", false)]
    [InlineData("create table if not exists thing (id uuid)", true)]
    [InlineData("create unique index thing_once on thing (id)", false)]
    [InlineData("alter table thing add column size integer", false)]
    [InlineData("alter table thing add column if not exists size integer", true)]
    [InlineData("alter table thing drop constraint if exists a, add constraint a check (true)", true)]
    [InlineData("alter table thing add constraint a check (true)", false)]
    [InlineData("drop table thing", false)]
    [InlineData("insert into thing values (1)", false)]
    [InlineData("insert into thing values (1) on conflict do nothing", true)]
    public void are_judged_by_a_check_that_tells_them_apart(string statement, bool mayRunTwice) => MayRunTwice(statement).ShouldBe(mayRunTwice);

    [Fact]
    public void protect_every_table_that_has_a_tenant()
    {
        var all = string.Join('\n', In(Central).Select(f => WithoutComments(f.Text)));
        var tables = Table().Matches(all).Where(m => TenantColumn().IsMatch(m.Groups["columns"].Value)).Select(m => m.Groups["name"].Value).ToArray();
        tables.Length.ShouldBeGreaterThan(8);
        tables.Where(t => !all.Contains($"call protect_tenant_table('{t}')", StringComparison.Ordinal)).ShouldBeEmpty("Add call protect_tenant_table('…').");
    }

    [Fact]
    public void and_statements_of_a_campaigns_database_name_no_schema() =>
        Source.Files.Where(f => f.IsIn("src/Storage/Campaign") && f.Ends(".sql", ".cs")).SelectMany(f => f.Lines.Select(l => (f.Path, Line: l)))
            .Where(l => !l.Line.TrimStart().StartsWith("//", StringComparison.Ordinal) && SchemaName().IsMatch(l.Line)).Select(l => $"{l.Path}: {l.Line.Trim()}")
            .ShouldBeEmpty("A campaign can move between isolation tiers: its SQL names no schema.");

    [Fact]
    public void of_a_campaign_lead_every_key_with_the_campaign()
    {
        var all = string.Join('\n', In(Campaign).Select(f => WithoutComments(f.Text)));
        var keys = PrimaryKey().Matches(all).Select(m => m.Groups["columns"].Value).ToArray();
        keys.Length.ShouldBeGreaterThanOrEqualTo(Table().Count(all));
        keys.Where(k => !k.StartsWith("campaign_id", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static IEnumerable<SourceFile> In(string folder) => Source.Files.Where(f => f.IsIn(folder) && f.Ends(".sql"));

    private static string WithoutComments(string sql) => Comment().Replace(sql, "");

    // Bodies between dollar quotes are one statement's text, not statements.
    private static IEnumerable<string> Statements(string sql) => DollarQuoted().Replace(WithoutComments(sql), "''").Split(';')
        .Select(s => s.Trim()).Where(s => s.Length > 0);

    private static string Start(string statement) => statement.ReplaceLineEndings(" ")[..Math.Min(statement.Length, 90)];

    private static bool MayRunTwice(string statement)
    {
        var s = Space().Replace(statement.ToLowerInvariant(), " ");
        return s switch
        {
            _ when s.StartsWith("create or replace ", StringComparison.Ordinal) => true,
            _ when s.StartsWith("create ", StringComparison.Ordinal) => s.Contains(" if not exists ", StringComparison.Ordinal),
            _ when s.StartsWith("drop ", StringComparison.Ordinal) => s.Contains(" if exists ", StringComparison.Ordinal),
            _ when s.StartsWith("insert ", StringComparison.Ordinal) => s.Contains(" on conflict", StringComparison.Ordinal) || s.Contains("where not exists", StringComparison.Ordinal),
            _ when s.StartsWith("alter table ", StringComparison.Ordinal) =>
                AddColumn().Count(s) == 0 && (!s.Contains(" add constraint ", StringComparison.Ordinal) || s.Contains("drop constraint if exists ", StringComparison.Ordinal)),
            _ => true,
        };
    }

    [GeneratedRegex(@"^\d{4}_[a-z0-9_]+\.sql$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"create table if not exists (?<name>\w+)\s*\((?<columns>.*?)\n\);", RegexOptions.Singleline)]
    private static partial Regex Table();

    [GeneratedRegex(@"^\s*tenant_id\s", RegexOptions.Multiline)]
    private static partial Regex TenantColumn();

    [GeneratedRegex(@"primary key \((?<columns>[^)]+)\)")]
    private static partial Regex PrimaryKey();

    [GeneratedRegex(@"\b(?:from|join|into|update|table|index|references|on)\s+(?:public|pg_temp|platform|campaign)\.\w+|set\s+search_path|current_schema\(\)\s*\|\|", RegexOptions.IgnoreCase)]
    private static partial Regex SchemaName();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(\$\w*\$).*?\1", RegexOptions.Singleline)]
    private static partial Regex DollarQuoted();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(@" add (column )?(?!column|if not exists|constraint|primary|unique|check|foreign)\w+ ")]
    private static partial Regex AddColumn();
}
