using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Postgres;

/// <summary>
/// One run of <c>postgres</c> under a small shell supervisor. The supervisor reads signal names from a pipe that we hold; when
/// we die, however, the pipe ends and it shuts the server down, so that no server outlives its host.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    // A background job's input is /dev/null unless it is named, hence descriptor 3. TERM is ignored by all of them: what ends
    // the server is the pipe. The watcher outlives a killed supervisor and still stops the server at the pipe's end.
    private const string Supervisor = """
        log=$1; shift
        trap '' INT QUIT HUP TERM
        exec 3<&0 </dev/null >>"$log" 2>&1
        "$@" 3<&- &
        server=$!
        ( while read -r signal <&3; do kill -s "$signal" $server; done; kill -s INT $server ) 2>/dev/null &
        watcher=$!
        exec 3<&-
        wait $server
        code=$?
        kill -s KILL $watcher
        exit $code
        """;

    private readonly Process _supervisor;

    private ServerProcess(Process supervisor) => _supervisor = supervisor;

    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["PATH"] = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        ["LC_ALL"] = "C",
        ["TZ"] = "UTC",
    };

    public bool HasExited => _supervisor.HasExited;

    public Task Exited => _supervisor.WaitForExitAsync();

    public static ServerProcess Start(ServerFolders folders, EmbeddedPostgresOptions options)
    {
        var shell = Posix.FindOnPath("sh") ?? "/bin/sh";
        var start = new ProcessStartInfo
        {
            FileName = Posix.Setsid ?? shell,
            WorkingDirectory = "/",
            RedirectStandardInput = true,
        };
        if (folders.User is not null)
        {
            start.UserName = folders.User;
        }

        string[] supervise = ["-c", Supervisor, "postgres-supervisor", folders.Log, Path.Combine(folders.Binaries, "bin", "postgres")];
        foreach (var argument in (string[])[.. Posix.Setsid is null ? [] : new[] { shell }, .. supervise, .. Arguments(folders, options)])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start) ?? throw new EmbeddedPostgresException("sh could not be started."));
    }

    /// <summary>Asks the supervisor to signal the server: INT for an orderly end, KILL for the opposite.</summary>
    public void Signal(string name)
    {
        try
        {
            _supervisor.StandardInput.Write(name + "\n");
            _supervisor.StandardInput.Flush();
        }
        catch (IOException)
        {
            // It has ended already.
        }
    }

    public void Dispose()
    {
        try
        {
            _supervisor.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // The pipe's other end is gone.
        }

        _supervisor.Dispose();
    }

    private static IEnumerable<string> Arguments(ServerFolders folders, EmbeddedPostgresOptions options)
    {
        yield return "-D";
        yield return folders.Cluster;
        foreach (var (name, value) in Settings(options))
        {
            yield return "-c";
            yield return $"{name}={value}";
        }
    }

    // An eighth of the memory, 128 MB to 1 GB: a deep pool's indexes are touched all over by every batch.
    private static long SharedBuffersMegabytes() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 >> 20, 128, 1024);

    private static Dictionary<string, string> Settings(EmbeddedPostgresOptions options)
    {
        var settings = new Dictionary<string, string>
        {
            ["listen_addresses"] = "127.0.0.1",
            ["port"] = options.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["unix_socket_directories"] = "",
            ["max_connections"] = options.ConnectionsMax.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["shared_buffers"] = $"{SharedBuffersMegabytes()}MB",
            ["timezone"] = "UTC",
            ["log_timezone"] = "UTC",

            // A failed statement or the detail of a violated key would put passwords and personal data into the log.
            ["log_error_verbosity"] = "terse",
            ["log_min_error_statement"] = "panic",
            ["log_checkpoints"] = "off",
        };
        if (!options.Durable)
        {
            // Nothing more than this: a commit must still survive the death of the server's process.
            settings["fsync"] = "off";
        }

        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        return settings;
    }
}
