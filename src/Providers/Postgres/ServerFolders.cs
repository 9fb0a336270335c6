using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Postgres;

/// <summary>
/// Where programs, data and log of one server are. As an ordinary user: where the options say. As root the server runs as
/// another user, so they are moved where that user gets to if the given places are closed to it.
/// </summary>
internal sealed record ServerFolders(string Binaries, string Server, string? User)
{
    public string Cluster => Path.Combine(Server, "cluster");

    public string Log => Path.Combine(Server, "server.log");

    public string InstanceFile => Path.Combine(Cluster, "postmaster.pid");

    public static async Task<ServerFolders> PrepareAsync(EmbeddedPostgresOptions options, Action<string> say, CancellationToken ct)
    {
        FolderModes.Ensure(options.DataFolder, Posix.IsRoot ? FolderModes.Passage : FolderModes.Private);
        if (!Posix.IsRoot)
        {
            var server = FolderModes.Ensure(Path.Combine(options.DataFolder, "server"), FolderModes.Private);
            return new ServerFolders(options.BinariesFolder, server, null);
        }

        var user = options.ServerUser;
        var folders = new ServerFolders(
            await ReachableBinariesAsync(options, say, ct), await ReachableServerAsync(options, say, ct), user);
        Directory.CreateDirectory(folders.Server);
        await RunAsync("chown", [user, folders.Server], null, ct);
        await RunAsync("chmod", ["700", folders.Server], null, ct);
        return folders;
    }

    /// <summary>Runs a program as root or as the given user; a failure is an <see cref="EmbeddedPostgresException"/>.</summary>
    public static async Task RunAsync(
        string program, IReadOnlyList<string> arguments, string? user, CancellationToken ct, string? input = null)
    {
        var result = await TryAsync(program, arguments, user, input, ct);
        if (result.ExitCode != 0)
        {
            throw new EmbeddedPostgresException($"{Path.GetFileName(program)} failed: {(result.Error + result.Output).Trim()}");
        }
    }

    private static Task<CommandResult> TryAsync(
        string program, IReadOnlyList<string> arguments, string? user, string? input, CancellationToken ct) =>
        new Command
        {
            Program = Posix.FindOnPath(program) ?? program,
            Arguments = arguments,
            User = user,
            Input = input,
            Environment = ServerProcess.Environment,
            TimeLimit = TimeSpan.FromMinutes(2),
        }.RunAsync(ct);

    private static async Task<string> ReachableBinariesAsync(
        EmbeddedPostgresOptions options, Action<string> say, CancellationToken ct)
    {
        var postgres = Path.Combine(options.BinariesFolder, "bin", "postgres");
        if (await ReachesAsync(postgres, options.ServerUser, ct))
        {
            return options.BinariesFolder;
        }

        // Named by content, so that a new version never overwrites the programs of a running server.
        var copy = Path.Combine(options.RelocationFolder, "postgresql-" + await HashAsync(postgres, ct));
        if (!Directory.Exists(copy))
        {
            OpenRelocationFolder(options);
            var building = copy + "." + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
            await RunAsync("cp", ["-R", "-P", "-p", options.BinariesFolder, building], null, ct);
            await RunAsync("chmod", ["-R", "u+rwX,go+rX", building], null, ct);
            if (!TryRename(building, copy))
            {
                Directory.Delete(building, recursive: true);
            }

            say($"PostgreSQL's programs were copied to {copy}, because '{options.ServerUser}' can't reach {options.BinariesFolder}.");
        }

        return copy;
    }

    private static Task<string> ReachableServerAsync(EmbeddedPostgresOptions options, Action<string> say, CancellationToken ct) =>
        Relocation.PlaceAsync(
            Path.Combine(options.DataFolder, "server"),
            "database",
            options.RelocationFolder,
            parent => ReachesAsync(parent, options.ServerUser, ct),
            say,
            ct);

    private static void OpenRelocationFolder(EmbeddedPostgresOptions options) =>
        FolderModes.Ensure(options.RelocationFolder, FolderModes.Readable);

    private static async Task<bool> ReachesAsync(string path, string user, CancellationToken ct) =>
        (await TryAsync("sh", ["-c", "test -x \"$1\"", "sh", path], user, null, ct)).ExitCode == 0;

    private static async Task<string> HashAsync(string file, CancellationToken ct)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct))[..16];
    }

    private static bool TryRename(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (IOException) when (Directory.Exists(to))
        {
            return false; // Another process copied the same programs first.
        }
    }
}
