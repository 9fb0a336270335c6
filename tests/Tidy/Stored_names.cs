using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Orleans;
using Orleans.Runtime;
using PrizeDraw.Api.Problems;
using PrizeDraw.Domain.Campaigns;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Pools;
using PrizeDraw.Storage.Campaign;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>Names that stand in databases, logs and clients: changing one in the code alone loses what was stored under it.</summary>
public sealed partial class Stored_names
{
    private static readonly Assembly Grains = typeof(PrizePoolGrain).Assembly;

    [Fact]
    public void are_those_of_the_committed_list() => Listed.ShouldBe(
        Found(), "tests/Tidy/stored-names.txt",
        "These names are stored or told to clients. A new one: add its line. One that went or changed: rows, logs, running deployments and "
        + "clients still have the old name, so bring a migration (or keep reading the old name) in the same change, and only then edit the list.");

    private static IEnumerable<string> Found() =>
    [
        .. GrainTypes(), .. Reminders(), .. PersistentStates(), .. SagaSteps(), .. Aliases(), .. ErrorCodesFound(), .. AuditActions(),
        .. Constants(typeof(SecretNames), "secret"), .. Constants(typeof(CampaignLife), "campaign state"), .. Constants(typeof(Roles), "role"),
        .. Constants(typeof(Ids), "id prefix"), .. ColumnValues(),
    ];

    private static IEnumerable<Type> GrainClasses => Grains.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && typeof(Grain).IsAssignableFrom(t));

    private static IEnumerable<string> GrainTypes() => GrainClasses.Select(t =>
        "grain type " + (t.GetCustomAttributesData().SingleOrDefault(a => a.AttributeType == typeof(GrainTypeAttribute))?.ConstructorArguments[0].Value
            ?? throw new InvalidOperationException($"{t.Name} has no [GrainType]: its class name would be stored.")));

    // By convention: a reminder's name is a constant of its grain whose name ends in Reminder.
    private static IEnumerable<string> Reminders() => GrainClasses.SelectMany(t => t
        .GetFields(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public).Where(f => f.IsLiteral && f.Name.EndsWith("Reminder", StringComparison.Ordinal))
        .Select(f => $"reminder {t.Name} {f.GetRawConstantValue()}"));

    private static IEnumerable<string> PersistentStates() => GrainClasses.SelectMany(t => t.GetConstructors().SelectMany(c => c.GetParameters())
        .Select(p => p.GetCustomAttribute<PersistentStateAttribute>()).OfType<PersistentStateAttribute>().Select(s => $"state {t.Name} {s.StateName}"));

    // A step's name is a constant, so that it can be asked for without what the step works with.
    private static IEnumerable<string> SagaSteps()
    {
        var step = Grains.GetType("PrizeDraw.Grains.Provisioning.ISagaStep", throwOnError: true)!;
        return Grains.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && step.IsAssignableFrom(t))
            .Select(t => "saga step " + t.GetProperty("Name")!.GetValue(RuntimeHelpers.GetUninitializedObject(t)));
    }

    private static IEnumerable<string> Aliases() => typeof(ICampaignGrain).Assembly.GetTypes().SelectMany(t =>
        (t.IsInterface ? t.GetMethods().Where(m => m.GetCustomAttribute<AliasAttribute>() is not null)
            .Select(m => $"call {Wire_records.AliasOf(t)} {m.GetCustomAttribute<AliasAttribute>()!.Alias}") : [])
        .Concat(Wire_records.AliasOf(t) is { } alias && !t.IsInterface ? ["wire record " + alias] : []));

    private static IEnumerable<string> ErrorCodesFound() => ErrorCodes.All.Select(c => c.Code)
        .Concat(Source.CSharp("src/Domain").Concat(Source.CSharp("src/Grains")).SelectMany(f => Refusal().Matches(f.Text)).Select(m => m.Groups["code"].Value))
        .Select(c => "error code " + c);

    // noun.fact in the code that writes audit events, where it is neither a refusal's code nor a field of the settings.
    private static IEnumerable<string> AuditActions() => Source.CSharp("src/Grains").Concat(Source.CSharp("src/Storage")).SelectMany(f => f.Lines)
        .Where(l => !l.Contains("errors.", StringComparison.Ordinal) && !l.Contains("Refusal", StringComparison.Ordinal)
            && !l.Contains("{ Code:", StringComparison.Ordinal))
        .SelectMany(l => NounFact().Matches(l)).Select(m => m.Groups["name"].Value)
        .Select(name => "audit action " + name);

    private static IEnumerable<string> Constants(Type type, string kind) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.IsLiteral).Select(f => $"{kind} {f.GetRawConstantValue()}");

    // The database's own lists of states, kinds, levels …: check (column in ('a', 'b')).
    private static IEnumerable<string> ColumnValues() => Source.Files.Where(f => f.IsIn("src/Storage") && f.Ends(".sql")).SelectMany(f => ValueList().Matches(f.Text))
        .SelectMany(m => Quoted().Matches(m.Groups["values"].Value).Select(v => $"value {m.Groups["name"].Value} {v.Groups["value"].Value}"));

    [GeneratedRegex(@"(?:: DomainError|new Refusal)\(\s*""(?<code>[a-z_.]+)""")]
    private static partial Regex Refusal();

    [GeneratedRegex(@"""(?<name>(api_key|audit|campaign|claim|codes|deployment|domain|draw|entrant|entry|installation|instant|moments|pool|prize|reconciliation|rehearsal|release|template|tenant|terms|user|webhook)\.(?!git"")(?:\{\w+\}|[a-z_])+)""")]
    private static partial Regex NounFact();

    [GeneratedRegex(@"constraint\s+(?<name>\w+)\s+check\s*\(\s*\w+\s+in\s*\((?<values>[^)]*)\)")]
    private static partial Regex ValueList();

    [GeneratedRegex("'(?<value>[^']*)'")]
    private static partial Regex Quoted();
}
