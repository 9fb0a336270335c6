using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit.Platform;

/// <summary>How a platform process is started for a test.</summary>
public sealed record PlatformProcessOptions
{
    /// <summary>All state; kept over restarts.</summary>
    public required string DataFolder { get; init; }

    public required string TemplateFolder { get; init; }

    /// <summary>A PostgreSQL to use; null starts the embedded one.</summary>
    public string? Database { get; init; }

    /// <summary>
    /// Orders separated by commas, such as <c>create-site:EffectDone:kill</c> or <c>some-slug/create-site:UndoStored:throw</c> (see
    /// tests/FaultHost/Fault.cs); null is none.
    /// </summary>
    public string? Fault { get; init; }

    /// <summary>A fault that holds a campaign does so until a file named by its slug appears in this folder; null is for ever.</summary>
    public string? FaultRelease { get; init; }

    /// <summary>Having printed a line with this text the process stands still; null is never.</summary>
    public string? HoldsOnceSaid { get; init; }

    public string? AdminFolder { get; init; }

    /// <summary>Whether webhooks may lead to this machine.</summary>
    public bool LoopbackWebhooks { get; init; }

    /// <summary>A file by which the platform's clock is put forward (tests/FaultHost/LeapingClock.cs); null is the machine's clock.</summary>
    public string? Clock { get; init; }

    /// <summary>Further options of the executable, as on its command line.</summary>
    public IReadOnlyList<string> Further { get; init; } = [];

    /// <summary>Entries per minute and address; 0 is without limit.</summary>
    public int EntriesPerMinute { get; init; }
}

/// <summary>
/// The platform in a process of its own (tests/FaultHost: the product's host, with faults on order), so that it can be killed.
/// The admin is <see cref="AdminEmail"/> with <see cref="AdminPassword"/>.
/// </summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    public const string AdminEmail = "admin@example.com", AdminPassword = "correct-horse-battery";

    /// <summary>A limit costs nothing where it is not come to: a busy machine may need minutes for what is a second's work.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly Process process;
    private readonly StringBuilder output = new();

    private static int platformsStarted;
    private bool isDisposed;

    private PlatformProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
        Address = new Uri($"http://127.0.0.1:{port}");
    }

    public int Port { get; }

    public Uri Address { get; }

    /// <summary>The process's id.</summary>
    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>What the process has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
            {
                return output.ToString();
            }
        }
    }

    /// <summary>
    /// Starts the process and waits until it is ready or, for one that is to die, has exited. A port stays the same over restarts when
    /// it is given. Throws with the output when it does not become ready.
    /// </summary>
    public static async Task<PlatformProcess> StartAsync(PlatformProcessOptions options, int? port = null, bool waitUntilReady = true)
    {
        var platform = Launch(options, port ?? FreePort());
        try
        {
            await (waitUntilReady ? platform.WaitUntilReadyAsync() : Task.CompletedTask);
            return platform;
        }
        catch
        {
            await platform.DisposeAsync(); // Nobody else would end it.
            throw;
        }
    }

    private static PlatformProcess Launch(PlatformProcessOptions options, int port)
    {
        var info = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = RepositoryRoot.Path,
        };
        List<string> arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "PrizeDraw.FaultHost.dll"), "--port", $"{port}", "--data", options.DataFolder, "--template",
            options.TemplateFolder, "--no-demo", "--entries-per-minute", $"{options.EntriesPerMinute}", "--postgres-port", $"{FreePort()}",
            "--sites-port", $"{NextSitesPort()}",
        ];
        if (options.Database is { } database)
        {
            arguments.AddRange(["--database", database]);
        }

        if (options.AdminFolder is { } admin)
        {
            arguments.AddRange(["--admin", admin]);
        }

        if (options.LoopbackWebhooks)
        {
            arguments.Add("--loopback-webhooks");
        }

        arguments.AddRange(options.Further);
        arguments.ForEach(info.ArgumentList.Add);
        info.Environment["PLATFORM_ADMIN_EMAIL"] = AdminEmail;
        info.Environment["PLATFORM_ADMIN_PASSWORD"] = AdminPassword;
        info.Environment["FAULT"] = options.Fault;
        info.Environment["FAULT_CLOCK"] = options.Clock;
        info.Environment["FAULT_RELEASE"] = options.FaultRelease;
        info.Environment["FAULT_SAID"] = options.HoldsOnceSaid;
        var platform = new PlatformProcess(new Process { StartInfo = info }, port);
        platform.process.OutputDataReceived += platform.Keep;
        platform.process.ErrorDataReceived += platform.Keep;
        platform.process.Start();
        platform.process.BeginOutputReadLine();
        platform.process.BeginErrorReadLine();
        return platform;
    }

    // No two platforms of a run share the ports of their sites: one that is killed or restored finds its own free again.
    private static int NextSitesPort() =>
        20_000 + (int)((uint)(Environment.ProcessId * 13 + System.Threading.Interlocked.Increment(ref platformsStarted)) % 120 * 100);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (output)
        {
            output.AppendLine(line.Data);
        }
    }

    /// <summary>Waits for /health/ready. Throws with the output when the process ends before, or takes more than <see cref="Patience"/>.</summary>
    public async Task WaitUntilReadyAsync()
    {
        using var client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        await Polling.UntilAsync(() => IsReadyAsync(client), Patience, () => Task.FromResult("not ready:\n" + Output));
    }

    private async Task<bool> IsReadyAsync(HttpClient client)
    {
        if (process.HasExited)
        {
            await WaitForExitAsync(); // Its last words, which say why, may still be on their way.
            throw new InvalidOperationException($"The platform ended with {process.ExitCode} before it was ready:\n{Output}");
        }

        try
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false; // Not listening yet, or too busy to answer.
        }
    }

    /// <summary>Waits until its clock is that far before the machine's: everything that is asked from then on is asked after the leap.</summary>
    public Task FollowsAsync(TimeSpan ahead) => Polling.UntilAsync(
        () => Task.FromResult(Output.Contains($"CLOCK {ahead.Ticks}\n", StringComparison.Ordinal)), Patience, () => Task.FromResult($"not ahead by {ahead}:\n{Output}"));

    /// <summary>SIGKILL: nothing is closed, flushed or told.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        await WaitForExitAsync();
    }

    /// <summary>Waits, for <see cref="Patience"/> at most, until the process has died by itself.</summary>
    public async Task WaitForExitAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException("The platform did not end:\n" + Output);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            await KillAsync();
            process.Dispose();
            isDisposed = true;
        }
    }

    /// <inheritdoc cref="Ports.Free"/>
    public static int FreePort() => Ports.Free();
}
