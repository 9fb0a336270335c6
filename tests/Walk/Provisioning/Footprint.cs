using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Shouldly;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>
/// Everything that one campaign has at the providers, and what nobody has any claim to: the one leak check of all provisioning tests.
/// Looks at the PostgreSQL server, the data folder, the platform's listening sockets and the stored secrets.
/// </summary>
internal sealed class Footprint
{
    private readonly SortedSet<string> found = new(StringComparer.Ordinal);

    private Footprint()
    {
    }

    public static async Task<Footprint> OfAsync(Scene scene, string slug)
    {
        var footprint = new Footprint();
        var pattern = $"^cmp_{slug.Replace('-', '_')}_[0-9a-f]{{16}}$";
        foreach (var (kind, sql) in ((string, string)[])
            [("database", "select datname::text from pg_database where datname"), ("role", "select rolname::text from pg_roles where rolname")])
        {
            footprint.found.UnionWith((await Tables.ColumnAsync<string>(scene.Superuser, $"{sql} ~ '{pattern}'")).Select(name => $"{kind} {name}"));
        }

        // The winning moments are the campaign's own settings: they stay for the next attempt.
        var secrets = await Tables.ColumnAsync<string>(
            scene.Central,
            $"select s.name from secret s join campaign c on s.tenant_id = c.tenant_id and s.scope = 'cmp_' || replace(c.campaign_id::text, '-', '') "
            + $"where c.slug = '{slug}' and s.name <> 'moments'");
        footprint.found.UnionWith(secrets.Select(name => $"secret {name}"));
        footprint.AddFolders(scene.DataFolder, slug);
        footprint.AddPorts(scene, slug);
        return footprint;
    }

    public void ShouldBeNothing(string when) => found.ShouldBeEmpty($"{when}, this is left: {string.Join("; ", found)}");

    /// <summary>One database, role, repository, site and port, and the secrets that go with them.</summary>
    public void ShouldBeOneCampaign(string slug)
    {
        var all = $"The campaign {slug} has: {string.Join("; ", found)}";
        foreach (var kind in (string[])["database", "role", "port"])
        {
            found.Count(thing => thing.StartsWith(kind + " ", StringComparison.Ordinal)).ShouldBe(1, $"{kind}s; {all}");
        }

        found.Where(thing => thing.StartsWith("folder ", StringComparison.Ordinal))
            .ShouldBe([$"folder repositories/{slug}.git", $"folder sites/{slug}"], all);
        found.Where(thing => thing.StartsWith("secret ", StringComparison.Ordinal))
            .ShouldBe(["secret database", "secret database-password", "secret identity"], all);
        found.ShouldNotContain(thing => thing.StartsWith("nobody's", StringComparison.Ordinal), all);
    }

    // Whatever bears the campaign's name, wherever it lies: repositories, sites, checkouts of builds, what was half made or half deleted.
    private void AddFolders(string dataFolder, string slug)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0, MaxRecursionDepth = 4, IgnoreInaccessible = true };
        foreach (var path in Directory.EnumerateFileSystemEntries(dataFolder, "*" + slug + "*", options))
        {
            var name = Path.GetFileName(path).TrimStart('.');
            if (name == slug || name.StartsWith(slug + ".", StringComparison.Ordinal))
            {
                found.Add("folder " + Path.GetRelativePath(dataFolder, path));
            }
        }
    }

    private void AddPorts(Scene scene, string slug)
    {
        var listening = ListeningPorts.Of(scene.Platform.Id);
        listening.Remove(scene.Platform.Port);
        var sites = Path.Combine(scene.DataFolder, "sites");
        foreach (var site in Directory.Exists(sites) ? Directory.GetDirectories(sites) : [])
        {
            var record = Path.Combine(site, "site.json");
            if (!File.Exists(record))
            {
                continue;
            }

            var port = (int)JsonNode.Parse(File.ReadAllText(record))!["port"]!;
            if (listening.Remove(port) && Path.GetFileName(site) == slug)
            {
                found.Add($"port {port}");
            }
        }

        found.UnionWith(listening.Select(port => $"nobody's port {port}"));
    }
}

/// <summary>The TCP ports on which a process listens, from /proc.</summary>
internal static class ListeningPorts
{
    private const string Listen = "0A";

    public static HashSet<int> Of(int processId)
    {
        var sockets = Directory.GetFiles($"/proc/{processId}/fd").Select(TargetOf).Where(target => target.StartsWith("socket:[", StringComparison.Ordinal)).ToHashSet();
        return
        [
            .. File.ReadLines("/proc/net/tcp").Skip(1).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(fields => fields[3] == Listen && sockets.Contains($"socket:[{fields[9]}]"))
                .Select(fields => int.Parse(fields[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];
    }

    private static string TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget ?? "";
        }
        catch (IOException)
        {
            return ""; // Closed meanwhile.
        }
    }
}
