using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// The unprivileged user that builds run as. Where we are root: a numeric id of its own, given what it needs and taken it
/// back afterwards. Else: ourselves, who are unprivileged already.
/// </summary>
internal sealed class BuildAccount(int userId, string relocationFolder)
{
    private static readonly Dictionary<string, string> PlainEnvironment = new()
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ["LC_ALL"] = "C",
    };

    private readonly string _id = userId.ToString(CultureInfo.InvariantCulture);
    private string? _node;

    /// <summary>The same command, run as the build user.</summary>
    public Command Wrap(Command command)
    {
        if (!Posix.IsRoot)
        {
            return command;
        }

        var setpriv = Posix.FindOnPath("setpriv") ?? throw new ProviderException(
            ProviderFault.Rejected, "Site builds must not run as root: install 'setpriv' (util-linux), or start the platform as an ordinary user.");
        return command with
        {
            Program = setpriv,
            Arguments =
            [
                "--reuid=" + _id, "--regid=" + _id, "--clear-groups", "--no-new-privs", "--inh-caps=-all", "--",
                command.Program, .. command.Arguments,
            ],
        };
    }

    public async Task<bool> ReachesAsync(string path, CancellationToken ct) =>
        !Posix.IsRoot || (await Wrap(Plain("test", "-x", path)).RunAsync(ct)).ExitCode == 0;

    /// <summary>Makes the build user the owner of everything in the folder. Links are never followed.</summary>
    public Task GiveAsync(string folder, CancellationToken ct) => ChownAsync(_id + ":" + _id, folder, ct);

    /// <summary>Makes us the owner again, so that what the build left can't be changed any more while we read it.</summary>
    public Task TakeBackAsync(string folder, CancellationToken ct) => ChownAsync("0:0", folder, ct);

    /// <summary>
    /// Path of a node that the build user can execute; one that lies in a closed folder is copied to where it can.
    /// </summary>
    public async Task<string> NodeAsync(CancellationToken ct)
    {
        if (_node is not null)
        {
            return _node;
        }

        var found = Posix.FindOnPath("node") ?? throw new ProviderException(
            ProviderFault.Rejected, "Node.js (20 or later) is not installed, or not on the PATH: sites can't be built without it.");
        var node = File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName ?? found;
        return _node = await ReachesAsync(node, ct) ? node : await CopyAsync(node, ct);
    }

    private async Task<string> CopyAsync(string node, CancellationToken ct)
    {
        FolderModes.Ensure(relocationFolder, FolderModes.Readable);
        await using var stream = File.OpenRead(node);
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct))[..16];
        var folder = Path.Combine(relocationFolder, "node-" + hash);
        if (!Directory.Exists(folder))
        {
            await LocalFolders.BuildAndRenameAsync(folder, building =>
            {
                FolderModes.Ensure(building, FolderModes.Readable);
                File.Copy(node, Path.Combine(building, "node"));
                Posix.SetMode(Path.Combine(building, "node"), FolderModes.Readable);
                return Task.CompletedTask;
            });
        }

        return Path.Combine(folder, "node");
    }

    private static async Task ChownAsync(string owner, string folder, CancellationToken ct)
    {
        if (!Posix.IsRoot)
        {
            return;
        }

        var result = await Plain("chown", "-R", "-P", "-h", owner, folder).RunAsync(ct);
        if (result.ExitCode != 0)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The build's files could not change their owner: {result.Error.Trim()}");
        }
    }

    private static Command Plain(string program, params string[] arguments) => new()
    {
        Program = Posix.FindOnPath(program) ?? program,
        Arguments = arguments,
        Environment = PlainEnvironment,
    };
}
