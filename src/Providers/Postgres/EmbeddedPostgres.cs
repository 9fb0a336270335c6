using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging;
using Npgsql;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Postgres;

/// <summary>
/// A PostgreSQL server of our own: made on first start, restarted when it dies, ended with us. Listens on 127.0.0.1 alone, with
/// passwords. Start and stop are not meant to be called from several threads.
/// </summary>
public sealed partial class EmbeddedPostgres(EmbeddedPostgresOptions options, TimeProvider time, ILogger<EmbeddedPostgres> log)
    : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    // Has no timer and no handle, so that it needs no disposal, and stopping twice is harmless.
    private readonly CancellationTokenSource _stopping = new();
    private readonly SuperuserPassword _password = new(options.DataFolder, options.Port);
    private FileStream? _hostLock;
    private ServerFolders? _folders;
    private volatile ServerProcess? _server;
    private long _logStart;
    private Task _supervision = Task.CompletedTask;

    /// <summary>The name of the superuser.</summary>
    public const string Superuser = "postgres";

    /// <summary>Connection string of the superuser on the database <c>postgres</c>, once started. Never logged.</summary>
    public string SuperuserConnectionString { get; private set; } = "";

    /// <summary>
    /// Makes the cluster if there is none, ends a server that a killed host left behind, starts ours and waits until it answers.
    /// Throws <see cref="EmbeddedPostgresException"/>.
    /// </summary>
    public async Task StartAsync(CancellationToken ct)
    {
        options.Validate();
        Directory.CreateDirectory(options.DataFolder);
        _hostLock = LockHost();
        try
        {
            await StartLockedAsync(ct);
        }
        catch
        {
            ReleaseHost();
            throw;
        }
    }

    private async Task StartLockedAsync(CancellationToken ct)
    {
        _folders = await ServerFolders.PrepareAsync(options, SayMoved, ct);
        await EnsureClusterAsync(_folders, ct);
        await StartServerAsync(ct);
        _supervision = SuperviseAsync(_stopping.Token);
    }

    /// <summary>
    /// Gives the superuser another password; the old one is void. Whoever has read <see cref="SuperuserConnectionString"/> before is refused from then on. Throws
    /// <see cref="NpgsqlException"/>. A crash loses neither: the next start finds out which one is in use.
    /// </summary>
    public async Task ReplacePasswordAsync(CancellationToken ct) => SuperuserConnectionString = await _password.ReplaceAsync(ct);

    /// <summary>Ends the server in an orderly way: open transactions are rolled back, nothing is lost.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Ends the server as a crash would, and doesn't restart it: for tests.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>SIGKILL to the server; it is then restarted: for tests.</summary>
    public void CrashServer() => _server?.Signal("KILL");

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task EndAsync(string signal)
    {
        await _stopping.CancelAsync();
        await _supervision.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_server is { } server)
        {
            server.Signal(signal);
            if (await Task.WhenAny(server.Exited, Task.Delay(TimeSpan.FromSeconds(30), time)) != server.Exited)
            {
                server.Signal("KILL");
                await server.Exited;
            }

            server.Dispose();
            _server = null;
        }

        ReleaseHost();
    }

    private void ReleaseHost()
    {
        _hostLock?.Dispose();
        _hostLock = null;
    }

    private FileStream LockHost()
    {
        try
        {
            return new FileStream(Path.Combine(options.DataFolder, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new EmbeddedPostgresException(
                $"Another running platform uses {options.DataFolder}. Stop it, or choose another data folder.", error);
        }
    }

    private async Task EnsureClusterAsync(ServerFolders folders, CancellationToken ct)
    {
        if (Directory.Exists(folders.Cluster))
        {
            if (!_password.Exists)
            {
                throw new EmbeddedPostgresException(
                    $"{EmbeddedFiles.PasswordOf(options.DataFolder)} is missing: the database in {folders.Cluster} can't be opened without it.");
            }

            return;
        }

        // Made beside and renamed, so that a crash half-way leaves no half cluster under the final name. The password goes
        // through the input: an argument could be read by every user of the machine.
        const string script = """
            umask 077; rm -rf "$2" "$2.password"; cat > "$2.password"
            "$1/bin/initdb" -D "$2" -U postgres --auth=scram-sha-256 --pwfile="$2.password" --encoding=UTF8 \
              --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C $4 >"$2.log" 2>&1 || { cat "$2.log"; exit 1; }
            rm -f "$2.password" "$2.log"; mv "$2" "$3"
            """;
        await ServerFolders.RunAsync(
            "sh",
            ["-c", script, "sh", folders.Binaries, folders.Cluster + ".new", folders.Cluster, options.Durable ? "" : "--no-sync"],
            folders.User,
            ct,
            _password.Make());
    }

    private async Task StartServerAsync(CancellationToken ct)
    {
        var folders = _folders!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.StartTimeLimit);
        var previousUntil = time.GetTimestamp();
        TrimLog(folders);
        await EndPreviousAsync(folders, ct);
        while (true)
        {
            _logStart = new FileInfo(folders.Log) is { Exists: true } file ? file.Length : 0;
            var server = ServerProcess.Start(folders, options);
            try
            {
                if (await IsReadyAsync(server, folders, limit.Token))
                {
                    _server = server;
                    return;
                }
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                server.Dispose();
                throw new EmbeddedPostgresException($"PostgreSQL did not start within {options.StartTimeLimit}. {LogTail(folders)}");
            }
            catch
            {
                server.Dispose();
                throw;
            }

            server.Dispose();
            await PauseOrGiveUpAsync(folders, previousUntil, ct);
        }
    }

    /// <summary>A crashed server's last children may still hold its lock or memory for a moment; anything else is final.</summary>
    private async Task PauseOrGiveUpAsync(ServerFolders folders, long since, CancellationToken ct)
    {
        var tail = LogTail(folders);
        var isPassing = tail.Contains("postmaster.pid", StringComparison.Ordinal)
            || tail.Contains("shared memory block", StringComparison.Ordinal);
        if (tail.Contains("Address already in use", StringComparison.Ordinal))
        {
            throw new EmbeddedPostgresException($"Port {options.Port} on 127.0.0.1 is taken by another program. Choose another for the database.");
        }

        if (!isPassing || time.GetElapsedTime(since) > options.PreviousInstanceTimeLimit)
        {
            throw new EmbeddedPostgresException($"PostgreSQL ended right after its start. {tail}");
        }

        await Task.Delay(TimeSpan.FromMilliseconds(200), time, ct);
    }

    /// <summary>We hold the host's lock, so that a server that still runs on this folder has lost its host: it is asked to end.</summary>
    private async Task EndPreviousAsync(ServerFolders folders, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        while (InstanceFile.Read(folders) is { } previous && previous.IsRunningOn(folders))
        {
            if (time.GetElapsedTime(since) > options.PreviousInstanceTimeLimit)
            {
                throw new EmbeddedPostgresException(
                    $"An earlier PostgreSQL (process {previous.ProcessId}) still runs on {folders.Cluster} and doesn't end.");
            }

            previous.Signal(Posix.SigInt);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, ct);
        }
    }

    private async Task<bool> IsReadyAsync(ServerProcess server, ServerFolders folders, CancellationToken ct)
    {
        // Its own file, not the port, says that it is our server that is ready.
        while (InstanceFile.Read(folders) is not { IsReady: true } instance || !IsAlive(instance, folders))
        {
            if (server.HasExited)
            {
                return false;
            }

            await Task.Delay(Poll, time, ct);
        }

        SuperuserConnectionString = await _password.LoginAsync(ct);
        return true;
    }

    private static bool IsAlive(InstanceFile instance, ServerFolders folders) =>
        !OperatingSystem.IsLinux() || instance.IsRunningOn(folders);

    private async Task SuperviseAsync(CancellationToken stopping)
    {
        var failures = 0;
        while (!stopping.IsCancellationRequested)
        {
            var startedAt = time.GetTimestamp();
            await _server!.Exited.WaitAsync(stopping);
            failures = time.GetElapsedTime(startedAt) > TimeSpan.FromMinutes(1) ? 0 : failures;
            _server.Dispose();
            _server = null;
            SayDied(LogTail(_folders!));
            while (_server is null)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 << Math.Min(failures, 6), 5000)), time, stopping);
                failures++;
                await TryRestartAsync(stopping);
            }
        }
    }

    private async Task TryRestartAsync(CancellationToken stopping)
    {
        try
        {
            await StartServerAsync(stopping);
            SayRestarted();
        }
        catch (Exception error) when (error is EmbeddedPostgresException or NpgsqlException or IOException)
        {
            SayNotRestarted(error);
        }
    }

    private static void TrimLog(ServerFolders folders)
    {
        var file = new FileInfo(folders.Log);
        if (file.Exists && file.Length > 16 * 1024 * 1024)
        {
            File.Delete(folders.Log);
        }
    }

    private string LogTail(ServerFolders folders)
    {
        try
        {
            // Only what this start has written: an older message would mislead.
            using var stream = new FileStream(folders.Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            stream.Seek(_logStart, SeekOrigin.Begin);
            using var reader = new StreamReader(stream);
            return "Its log ends: " + string.Join(" | ", reader.ReadToEnd().TrimEnd().Split('\n').TakeLast(6));
        }
        catch (IOException)
        {
            return "It left no log.";
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Line}")]
    private partial void SayMoved(string line);

    [LoggerMessage(2, LogLevel.Error, "PostgreSQL has died and will be restarted. {Tail}")]
    private partial void SayDied(string tail);

    [LoggerMessage(3, LogLevel.Warning, "PostgreSQL runs again.")]
    private partial void SayRestarted();

    [LoggerMessage(4, LogLevel.Error, "PostgreSQL could not be restarted; trying again.")]
    private partial void SayNotRestarted(Exception error);
}
