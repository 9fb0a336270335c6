using System;
using System.IO;
using PrizeDraw.TestKit;

namespace PrizeDraw.Doubles.Contracts;

/// <summary>Where the providers' own API documents lie: PLATFORM_CONTRACTS, or <c>../shared/specs</c> beside the clone.</summary>
public static class ContractFolder
{
    /// <summary>What says that there must be documents: 1 in <c>.ci/run</c>.</summary>
    public const string RequiredVariable = "PLATFORM_REQUIRE_CONTRACTS";

    /// <summary>What names another folder of documents.</summary>
    public const string FolderVariable = "PLATFORM_CONTRACTS";

    /// <summary>What a test says that was not held against a document.</summary>
    public const string Absence =
        "LOUD: no API documents of the providers: what is sent to them was not held against their contracts. "
        + "They belong beside the clone in ../shared/specs, or in the folder that PLATFORM_CONTRACTS names.";

    public static bool IsRequired => Environment.GetEnvironmentVariable(RequiredVariable) == "1";

    /// <summary>The folder that is used, or null where there is none.</summary>
    /// <exception cref="InvalidOperationException">PLATFORM_CONTRACTS names a folder that isn't there, or documents are required and absent.</exception>
    public static string? Find()
    {
        var named = Environment.GetEnvironmentVariable(FolderVariable);
        return Find(named, Path.Combine(RepositoryRoot.Path, "..", "shared", "specs"), IsRequired);
    }

    /// <summary>As <see cref="Find()"/>, with what the machine would say.</summary>
    public static string? Find(string? named, string beside, bool required)
    {
        if (named is { Length: > 0 })
        {
            // Somebody who names a folder wants it used: a spelling mistake must not pass for absence.
            return Directory.Exists(named) ? named : throw new InvalidOperationException($"{FolderVariable} names {named}, which is not there.");
        }

        return Directory.Exists(beside) ? Path.GetFullPath(beside)
            : required ? throw new InvalidOperationException($"{RequiredVariable}=1, but there are no API documents: name their folder in {FolderVariable}.")
            : null;
    }
}
