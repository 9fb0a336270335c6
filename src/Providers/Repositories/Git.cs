using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Repositories;

/// <summary>
/// git's command line without anything of the machine's or the user's: no configuration, hooks, prompts, remote protocols or
/// helpers; a fixed author; a time limit. Failures are <see cref="ProviderException"/>s.
/// </summary>
internal sealed class Git(TimeSpan timeLimit, TimeProvider time)
{
    internal const string Author = "Prize Draw Platform", Email = "platform@localhost";

    /// <summary>Runs git on a repository and answers what it printed, without the last line end.</summary>
    public async Task<string> RunAsync(string repository, IReadOnlyList<string> arguments, CancellationToken ct, GitContext? context = null)
    {
        var result = await TryAsync(repository, arguments, ct, context);
        return result.ExitCode == 0
            ? result.Output.TrimEnd('\n')
            : throw new ProviderException(ProviderFault.Rejected, $"git {arguments[0]} failed: {result.Error.Trim()}");
    }

    /// <summary>As <see cref="RunAsync"/>, for commands whose exit code is an answer.</summary>
    public async Task<CommandResult> TryAsync(string repository, IReadOnlyList<string> arguments, CancellationToken ct, GitContext? context = null)
    {
        try
        {
            return await CommandOf(repository, arguments, context).RunAsync(ct);
        }
        catch (CommandLimitException error)
        {
            throw new ProviderException(ProviderFault.Transient, error.Message, error);
        }
    }

    /// <summary>As <see cref="TryAsync"/>, for commands that print what is not text; <paramref name="outputMax"/> bytes at most.</summary>
    public async Task<CommandBytes> TryForBytesAsync(
        string repository, IReadOnlyList<string> arguments, int outputMax, CancellationToken ct, GitContext? context = null)
    {
        try
        {
            return await (CommandOf(repository, arguments, context) with { OutputMax = outputMax }).RunForBytesAsync(ct);
        }
        catch (CommandLimitException error)
        {
            throw new ProviderException(ProviderFault.Transient, error.Message, error);
        }
    }

    /// <summary>The commit a name stands for, or null where there is none.</summary>
    public async Task<string?> ResolveAsync(string repository, string revision, CancellationToken ct)
    {
        var result = await TryAsync(repository, ["rev-parse", "--verify", "--quiet", "--end-of-options", revision], ct);
        return result.ExitCode == 0 ? result.Output.Trim() : null;
    }

    /// <summary>An empty bare repository whose default branch is main, without sample hooks.</summary>
    public async Task InitialiseAsync(string folder, CancellationToken ct)
    {
        FolderModes.Ensure(folder, FolderModes.Private);
        await RunAsync(folder, ["init", "--quiet", "--bare", "--template=", "--initial-branch=main"], ct);
    }

    private Command CommandOf(string repository, IReadOnlyList<string> arguments, GitContext? context) => new()
    {
        Program = Posix.FindOnPath("git")
            ?? throw new ProviderException(ProviderFault.Rejected, "git is not installed: install it, then try again."),
        Arguments =
        [
            "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "-c", "core.fsmonitor=false",
            "-c", "gc.auto=0", "-c", "core.autocrlf=false", .. context?.Configuration ?? [], .. arguments,
        ],
        WorkingFolder = context?.WorkTree ?? repository,
        Environment = Environment(repository, context),
        Input = context?.Input,
        InputBytes = context?.InputBytes ?? default,
        TimeLimit = timeLimit,
    };

    private Dictionary<string, string> Environment(string repository, GitContext? context)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) + " +0000";
        var environment = new Dictionary<string, string>
        {
            ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin",
            ["HOME"] = "/nonexistent",
            ["LC_ALL"] = "C",
            ["TZ"] = "UTC",
            ["GIT_DIR"] = repository,
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_CONFIG_GLOBAL"] = "/dev/null",
            ["GIT_ATTR_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
            ["GIT_AUTHOR_NAME"] = Author,
            ["GIT_AUTHOR_EMAIL"] = Email,
            ["GIT_AUTHOR_DATE"] = now,
            ["GIT_COMMITTER_NAME"] = Author,
            ["GIT_COMMITTER_EMAIL"] = Email,
            ["GIT_COMMITTER_DATE"] = now,
        };
        if (context?.Index is { } index)
        {
            environment["GIT_INDEX_FILE"] = index;
        }

        if (context?.WorkTree is { } tree)
        {
            environment["GIT_WORK_TREE"] = tree;
        }

        return environment;
    }
}

/// <summary>What one git command works with beside the repository.</summary>
internal sealed record GitContext(string? Index = null, string? WorkTree = null, string? Input = null)
{
    /// <summary>Further <c>-c name=value</c> arguments.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>What comes on its standard input after <see cref="Input"/>.</summary>
    public ReadOnlyMemory<byte> InputBytes { get; init; }

    /// <summary>The path of an index file that nobody else uses; it is deleted by <see cref="Discard"/>.</summary>
    public static string NewIndex(string folder) =>
        Path.Combine(folder, "index-" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8)));

    public void Discard()
    {
        if (Index is not null)
        {
            File.Delete(Index);
            File.Delete(Index + ".lock");
        }
    }
}
