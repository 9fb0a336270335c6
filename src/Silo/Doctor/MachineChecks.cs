using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo.Doctor;

/// <summary>What can be looked at without a database.</summary>
internal sealed class MachineChecks(PlatformOptions options, TimeProvider clock)
{
    private const long DiscFail = 500L << 20, DiscWarn = 5L << 30;
    private static readonly TimeSpan ProgramTime = TimeSpan.FromSeconds(10);

    /// <summary>Whether the platform answers at its port; null until it was looked at.</summary>
    public bool IsRunning { get; private set; }

    public async Task<List<Finding>> LookAsync(CancellationToken ct) =>
    [
        Environment.Version.Major >= 10 ? Finding.Ok(".NET", $"{Environment.Version}") : Finding.Fail(".NET", $"{Environment.Version} runs this; install the .NET 10 SDK."),
        await NodeAsync(ct),
        await ProgramAsync("git", "--version", ct) is { } git ? Finding.Ok("git", git) : Finding.Fail("git", "it was not found on the PATH; repositories need it. Install it."),
        Settings(), Mail(), Template(), Disc(), DataFolder(), Restore(), Clock(), Key(), await PortAsync(ct), Backup(),
    ];

    private static async Task<Finding> NodeAsync(CancellationToken ct)
    {
        var version = await ProgramAsync("node", "--version", ct);
        return version is not null && int.TryParse(version.TrimStart('v').Split('.')[0], out var major) && major >= 20
            ? Finding.Ok("Node.js", version)
            : Finding.Fail("Node.js", $"{version ?? "it was not found on the PATH"}; sites are built with version 20 or later. Install it from https://nodejs.org.");
    }

    private Finding Settings()
    {
        try
        {
            options.Validate();
            return Finding.Ok("options", "they make sense");
        }
        catch (ArgumentException e)
        {
            return Finding.Fail("options", e.Message);
        }
    }

    private Finding Mail() => options.Mail is null or "" or "folder"
        ? Finding.Warn("mail", $"nothing is sent: messages become files in {Path.Combine(options.DataFolder, "mail")}. For real campaigns set --mail and --mail-from.")
        : Finding.Ok("mail", options.Mail.StartsWith("smtp", StringComparison.Ordinal) ? "by SMTP" : options.Mail);

    private Finding Template() => File.Exists(Path.Combine(options.TemplateFolder, "template.json"))
        ? Finding.Ok("template", Path.GetFullPath(options.TemplateFolder))
        : Finding.Fail("template", $"there is no template.json in {Path.GetFullPath(options.TemplateFolder)}; campaigns can't get a repository. Name the template's folder with --template.");

    private Finding Disc()
    {
        var free = new DriveInfo(ExistingParent(Path.GetFullPath(options.DataFolder))).AvailableFreeSpace;
        var says = $"{free / 1024.0 / 1024 / 1024:n1} GB are free where {options.DataFolder} is";
        return free < DiscFail ? Finding.Fail("disc", says + ": PostgreSQL stops when it is full. Make room now.")
            : free < DiscWarn ? Finding.Warn("disc", says + ". Make room soon.") : Finding.Ok("disc", says);
    }

    private Finding DataFolder()
    {
        var probe = Path.Combine(options.DataFolder, $".doctor-{Environment.ProcessId}");
        try
        {
            if (!Directory.Exists(options.DataFolder))
            {
                return Finding.Warn("data folder", $"{options.DataFolder} is not there: the first start makes it.");
            }

            File.WriteAllText(probe, "");
            File.Delete(probe);
            return Finding.Ok("data folder", Path.GetFullPath(options.DataFolder));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("data folder", $"{options.DataFolder} can't be written to. Give it to the user that runs the platform, or name another with --data.");
        }
    }

    private Finding Restore()
    {
        try
        {
            RestoreMark.RequireNone(options.DataFolder);
            return Finding.Ok("restore", "none was cut short");
        }
        catch (StartException e)
        {
            return Finding.Fail("restore", e.Message);
        }
    }

    /// <summary>A program is never older than the machine's time.</summary>
    private Finding Clock()
    {
        var (now, built) = (clock.GetUtcNow(), new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location), TimeSpan.Zero));
        return now < built.AddMinutes(-5)
            ? Finding.Fail("clock", $"this machine says {now:u}, and the platform was built at {built:u}. Campaigns open and close by this clock: set it, and keep it by NTP.")
            : Finding.Ok("clock", $"{now:u}");
    }

    private Finding Key()
    {
        var path = MasterKeyFile.PathIn(options.DataFolder);
        try
        {
            if (MasterKeyFile.Find(options.DataFolder) is not { } key)
            {
                return Directory.Exists(Path.Combine(options.DataFolder, "postgres"))
                    ? Finding.Fail("master key", $"{path} is missing, and there is a database that was encrypted with it. Put it back (docs/secrets.md).")
                    : Finding.Warn("master key", "there is none yet: the first start makes it.");
            }

            if (File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode)0x3f) != 0)
            {
                return Finding.Fail("master key", $"others on this machine can read {path}: chmod 600 it, and replace it with ./run rotate-master-key if they may have.");
            }

            return MasterKeyFile.Previous(options.DataFolder) is { } old && old.Id != key.Id
                ? Finding.Warn("master key", $"{key.Id}; it has not replaced {old.Id} everywhere yet. Call ./run rotate-master-key again.")
                : Finding.Ok("master key", $"{key.Id}");
        }
        catch (ArgumentException e)
        {
            return Finding.Fail("master key", e.Message);
        }
    }

    private async Task<Finding> PortAsync(CancellationToken ct)
    {
        if (!await Maintenance.ListensAsync(options.Port, ct))
        {
            return options.EmbeddedPostgresPort is { } port && await Maintenance.ListensAsync(port, ct)
                ? Finding.Fail("ports", $"port {port}, where the platform's PostgreSQL belongs, is taken by another program. Stop that one, or choose with --postgres-port.")
                : Finding.Ok("ports", $"the platform does not run; port {options.Port} is free");
        }

        try
        {
            using var http = new HttpClient { Timeout = ProgramTime };
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{options.Port}/health/ready"), ct);
            IsRunning = answer.IsSuccessStatusCode || (int)answer.StatusCode == 503;
            return answer.IsSuccessStatusCode ? Finding.Ok("ports", $"the platform answers at {options.Port}")
                : IsRunning ? Finding.Fail("ports", "the platform runs, and says that it is not ready: its log says why.") : Taken();
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return Taken();
        }
    }

    private Finding Taken() => Finding.Fail("ports", $"something listens at {options.Port}, and it does not answer as the platform. Stop it, or choose another port with --port.");

    private Finding Backup()
    {
        const string how = "Make one with ./run backup, and keep it and the master key elsewhere.";
        return BackupRecord.Read(options.DataFolder) is not { } last ? Finding.Warn("backup", "none was made of this data folder. " + how)
            : clock.GetUtcNow() - last.TakenAt > TimeSpan.FromDays(7) ? Finding.Warn("backup", $"the last is of {last.TakenAt:u}. " + how)
            : last.Missing > 0 ? Finding.Warn("backup", $"the last, of {last.TakenAt:u}, lacks {last.Missing} campaigns' databases, which could not be reached.")
            : Finding.Ok("backup", $"the last is of {last.TakenAt:u}, in {last.File}");
    }

    private static string ExistingParent(string folder)
    {
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }

    /// <summary>What a program prints; null where it is not to be had.</summary>
    private static async Task<string?> ProgramAsync(string name, string argument, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(ProgramTime);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, [argument]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0 ? said.Trim() : null;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }
}
