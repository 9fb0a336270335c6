using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using PrizeDraw.Domain;
using Shouldly;
using Xunit;

namespace PrizeDraw.Tidy;

/// <summary>A pure core: no I/O, clock, randomness or engine.</summary>
public sealed class The_domain
{
    private static readonly string[] BannedNamespaces =
        ["System.Net", "System.IO.Pipes", "System.Data", "System.Threading.Tasks", "Microsoft", "Npgsql", "Orleans", "Dapper"];

    private static readonly string[] BannedTypes =
    [
        "System.TimeProvider", "System.Random", "System.Environment", "System.Console", "System.Diagnostics.Stopwatch",
        "System.Diagnostics.Process", "System.Security.Cryptography.RandomNumberGenerator", "System.IO.File", "System.IO.FileStream",
        "System.IO.FileInfo", "System.IO.Directory", "System.IO.DirectoryInfo", "System.Threading.Thread", "System.Threading.Timer",
    ];

    private static readonly string[] BannedMembers =
    [
        "System.DateTime.get_Now", "System.DateTime.get_UtcNow", "System.DateTime.get_Today", "System.DateTimeOffset.get_Now",
        "System.DateTimeOffset.get_UtcNow", "System.Guid.NewGuid", "System.Guid.CreateVersion7", "System.TimeZoneInfo.get_Local",
    ];

    [Fact]
    public void references_nothing_beyond_the_framework() =>
        typeof(DomainError).Assembly.GetReferencedAssemblies().Select(a => a.Name!)
            .Where(n => n != "netstandard" && !n.StartsWith("System.", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void uses_no_clock_no_randomness_and_no_io() => Uses(typeof(DomainError).Assembly.Location).Where(IsBanned).ShouldBeEmpty();

    [Fact]
    public void is_judged_by_a_check_that_sees_such_uses()
    {
        // This assembly reads files and starts processes.
        var banned = Uses(typeof(The_domain).Assembly.Location).Where(IsBanned).ToArray();
        banned.ShouldContain("System.IO.File");
        banned.ShouldContain("System.Diagnostics.Process");
        IsBanned("System.Guid.CreateVersion7").ShouldBeTrue();
        IsBanned("System.Guid.Parse").ShouldBeFalse();
    }

    private static bool IsBanned(string used) => BannedTypes.Contains(used) || BannedMembers.Contains(used)
        || BannedNamespaces.Any(n => used.StartsWith(n + ".", StringComparison.Ordinal));

    /// <summary>Every type outside the assembly that it names, and every member as type.member.</summary>
    private static SortedSet<string> Uses(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var uses = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var handle in metadata.TypeReferences)
        {
            uses.Add(NameOf(metadata, handle));
        }

        foreach (var member in metadata.MemberReferences.Select(metadata.GetMemberReference).Where(m => m.Parent.Kind == HandleKind.TypeReference))
        {
            uses.Add($"{NameOf(metadata, (TypeReferenceHandle)member.Parent)}.{metadata.GetString(member.Name)}");
        }

        return uses;
    }

    private static string NameOf(MetadataReader metadata, TypeReferenceHandle handle)
    {
        var type = metadata.GetTypeReference(handle);
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }
}
