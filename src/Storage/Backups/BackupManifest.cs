using System;
using System.Collections.Immutable;
using System.Text.Json;

namespace PrizeDraw.Storage.Backups;

/// <summary>What a backup holds. The last entry of the archive, with a code that only the installation's master key makes.</summary>
/// <param name="Format">1.</param>
/// <param name="TakenAt">When the central database was copied, the last of all.</param>
/// <param name="Installation">Which installation it is of.</param>
/// <param name="Incarnation">Which of its incarnations.</param>
/// <param name="MasterKeyId">Under which master key the secrets in it are encrypted. The key itself is not in it.</param>
/// <param name="DataFolder">Where the data folder was: stored locations begin with it.</param>
public sealed record BackupManifest(
    int Format, DateTimeOffset TakenAt, Guid Installation, Guid Incarnation, string MasterKeyId, string DataFolder,
    ImmutableArray<BackupDatabase> Databases, ImmutableArray<BackupFile> Files, ImmutableArray<MissingCampaign> Missing)
{
    /// <summary>The only format so far.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Its entry in the archive, and the entry of its code.</summary>
    internal const string EntryName = "manifest.json", CodeName = "manifest.mac";

    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };
}

/// <summary>One database of a backup.</summary>
/// <param name="TenantId">Null for the central one.</param>
/// <param name="CampaignId">Null for the central one.</param>
/// <param name="IsRemote">Whether it was at a cloud provider.</param>
/// <param name="IsSuperseded">Whether the campaign was gone before the central database was copied: it is not restored.</param>
/// <param name="Migrations">In the order in which they were applied.</param>
public sealed record BackupDatabase(
    Guid? TenantId, string? CampaignId, string Name, bool IsRemote, bool IsSuperseded, ImmutableArray<AppliedMigration> Migrations,
    ImmutableArray<BackupTable> Tables, ImmutableArray<BackupSequence> Sequences)
{
    /// <summary>Folder of its entries in the archive.</summary>
    internal string Folder => CampaignId is null ? "central" : $"campaigns/{CampaignId}";
}

/// <summary>A migration that a copied schema had.</summary>
public sealed record AppliedMigration(string Name, string Hash);

/// <summary>A copied table: PostgreSQL's text form of COPY, with a line for each row.</summary>
/// <param name="Sha256">Of the entry's content, lower-case hex.</param>
public sealed record BackupTable(string Name, ImmutableArray<string> Columns, long Rows, long Bytes, string Sha256);

/// <summary>Where a sequence stood.</summary>
public sealed record BackupSequence(string Name, long LastValue, bool IsCalled);

/// <summary>A copied file of the data folder, by its path in it. The mode is the low nine bits.</summary>
public sealed record BackupFile(string Path, int Mode, long Bytes, string Sha256);

/// <summary>A campaign whose database could not be copied, and why.</summary>
public sealed record MissingCampaign(string CampaignId, string Reason);

/// <summary>A backup can't be made or restored. The message says why and what to do; nothing was changed, unless it says so.</summary>
public sealed class BackupException(string message) : Exception(message);
