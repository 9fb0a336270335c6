using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;

namespace PrizeDraw.Providers.Sync;

/// <summary>What a commit of ours says of itself in the last lines of its message.</summary>
/// <param name="Nonce">Of the order that made it.</param>
/// <param name="Target">What the site has of the template once it is merged.</param>
internal sealed record SyncTrailers(string Nonce, TemplateBase Target)
{
    private const string NonceKey = "Template-Sync", VersionKey = "Template-Version", CommitKey = "Template-Commit", PicksKey = "Template-Picks",
        MigrationsKey = "Template-Migrations", SiteKey = "Template-Site", FromKey = "Template-From", FromPicksKey = "Template-From-Picks", HadKey = "Template-Migrations-Before",
        RollbackKey = "Template-Rollback", BackKey = "Template-Rollback-Of";

    /// <summary>All migrations that the site has had once it is merged.</summary>
    public ImmutableArray<string> Migrations { get; init; } = [];

    /// <summary>What of the site, and of the template before, it was merged from, so that it can be worked out again.</summary>
    public string? Site { get; init; }

    public TemplateBase? From { get; init; }

    /// <summary>The migrations that the site had had before.</summary>
    public ImmutableArray<string> Had { get; init; } = [];

    /// <summary>The nonce of the sync that it takes back; null for a sync.</summary>
    public string? Rollback { get; init; }

    /// <summary>Of a roll-back: the commit that it takes back, and the one before that.</summary>
    public (string Commit, string Before)? Back { get; init; }

    /// <summary>A whole message.</summary>
    public string Message(string subject)
    {
        var text = new StringBuilder(subject).Append("\n\n");
        Line(text, NonceKey, Nonce);
        Line(text, VersionKey, Target.Tag);
        Line(text, CommitKey, Target.Commit);
        Line(text, PicksKey, Listed(Target.Picks));
        Line(text, MigrationsKey, Listed(Migrations));
        Line(text, HadKey, Listed(Had));
        Line(text, SiteKey, Site);
        Line(text, FromKey, From is null ? null : $"{From.Commit} {From.Tag}");
        Line(text, FromPicksKey, From is null ? null : Listed(From.Picks));
        Line(text, RollbackKey, Rollback);
        Line(text, BackKey, Back is { } back ? $"{back.Commit} {back.Before}" : null);
        return text.ToString().TrimEnd('\n');
    }

    /// <summary>Null for a commit that is not ours. A squashed one has the lines of all: the last of each counts.</summary>
    public static SyncTrailers? Read(string message)
    {
        var found = new Dictionary<string, string>();
        foreach (var line in message.Split('\n').Select(l => l.Trim(' ', '\r', '*')))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0 && line.StartsWith("Template-", StringComparison.Ordinal))
            {
                found[line[..colon]] = line[(colon + 2)..];
            }
        }

        if (found.GetValueOrDefault(NonceKey) is not { } nonce || found.GetValueOrDefault(VersionKey) is not { } tag || found.GetValueOrDefault(CommitKey) is not { } commit)
        {
            return null;
        }

        var from = found.GetValueOrDefault(FromKey)?.Split(' ', 2);
        return new SyncTrailers(nonce, new TemplateBase(tag, commit) { Picks = Split(found.GetValueOrDefault(PicksKey)) })
        {
            Migrations = Split(found.GetValueOrDefault(MigrationsKey)),
            Site = found.GetValueOrDefault(SiteKey),
            From = from is [var at, var name] ? new TemplateBase(name, at) { Picks = Split(found.GetValueOrDefault(FromPicksKey)) } : null,
            Had = Split(found.GetValueOrDefault(HadKey)),
            Rollback = found.GetValueOrDefault(RollbackKey),
            Back = found.GetValueOrDefault(BackKey)?.Split(' ') is [var taken, var earlier] ? (taken, earlier) : null,
        };
    }

    /// <summary>Whether both leave the site with the same of the template.</summary>
    public static bool Same(TemplateBase? a, TemplateBase? b) => a?.Commit == b?.Commit && (a?.Picks ?? []).SequenceEqual(b?.Picks ?? []);

    private static string? Listed(ImmutableArray<string> values) => values.IsEmpty ? null : string.Join(", ", values);

    private static ImmutableArray<string> Split(string? listed) => listed is null ? [] : [.. listed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    private static void Line(StringBuilder text, string key, string? value)
    {
        if (value is not null)
        {
            text.Append(key).Append(": ").Append(value.ReplaceLineEndings(" ")).Append('\n');
        }
    }
}
