using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Processes;

/// <summary>What a program printed and how it ended.</summary>
internal sealed record CommandResult(int ExitCode, string Output, string Error);

/// <summary>As <see cref="CommandResult"/>, of a program whose output is not text.</summary>
internal sealed record CommandBytes(int ExitCode, byte[] Output, string Error);

/// <summary>A program ran longer than it may, or printed more than it may.</summary>
internal sealed class CommandLimitException(string message) : Exception(message);

/// <summary>
/// One run of a program with nothing inherited: the environment is exactly what is given. Runs in a session of its own; when
/// cancelled, out of time or over its output limit the whole process group is killed.
/// </summary>
internal sealed record Command
{
    public required string Program { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    public string WorkingFolder { get; init; } = "/";

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Text for its standard input; without it the input is empty.</summary>
    public string? Input { get; init; }

    /// <summary>The same as bytes; they come after <see cref="Input"/>.</summary>
    public ReadOnlyMemory<byte> InputBytes { get; init; }

    /// <summary>Another user to run as (root only).</summary>
    public string? User { get; init; }

    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Characters (bytes, where the output is asked for as such) that are kept and allowed, output and errors together.</summary>
    public int OutputMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>Called with each line as it comes, from several threads in turn.</summary>
    public Action<string>? OnLine { get; init; }

    public async Task<CommandResult> RunAsync(CancellationToken ct)
    {
        var (code, output, error) = await RunAsync((process, budget) => ReadAsync(process.StandardOutput, budget), ct);
        return new CommandResult(code, output, error);
    }

    /// <summary>Runs it and answers what it printed byte by byte; lines of its output are not told to <see cref="OnLine"/>.</summary>
    public async Task<CommandBytes> RunForBytesAsync(CancellationToken ct)
    {
        var (code, output, error) = await RunAsync((process, budget) => ReadBytesAsync(process.StandardOutput.BaseStream, budget), ct);
        return new CommandBytes(code, output, error);
    }

    private async Task<(int ExitCode, T Output, string Error)> RunAsync<T>(Func<Process, OutputBudget, Task<T>> read, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeLimit);
        using var process = Start();
        var budget = new OutputBudget(OutputMax, limit);
        try
        {
            // The streams are read to their end even after the group was killed, so that nothing is left reading.
            var output = read(process, budget);
            var error = ReadAsync(process.StandardError, budget);
            await using (limit.Token.Register(() => KillGroup(process)))
            {
                await FeedAsync(process, limit.Token);
                await process.WaitForExitAsync(CancellationToken.None);
                await ReadToEndAsync(Task.WhenAll(output, error), process);
                ct.ThrowIfCancellationRequested();
                ThrowIfOverLimit(budget, limit);
                return (process.ExitCode, await output, await error);
            }
        }
        finally
        {
            KillGroup(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo
        {
            FileName = Posix.Setsid ?? Program,
            WorkingDirectory = WorkingFolder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
        };
        if (User is not null)
        {
            start.UserName = User;
        }

        if (Posix.Setsid is not null)
        {
            start.ArgumentList.Add(Program);
        }

        foreach (var argument in Arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{Program} could not be started.");
    }

    private async Task FeedAsync(Process process, CancellationToken ct)
    {
        try
        {
            if (Input is not null)
            {
                await process.StandardInput.WriteAsync(Input.AsMemory(), ct);
            }

            if (!InputBytes.IsEmpty)
            {
                await process.StandardInput.FlushAsync(ct);
                await process.StandardInput.BaseStream.WriteAsync(InputBytes, ct);
            }

            process.StandardInput.Close();
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // It ended, or was killed, without reading all of its input; its exit code says why.
        }
    }

    private async Task<string> ReadAsync(StreamReader reader, OutputBudget budget)
    {
        // In chunks, not lines: a line without an end must not fill the memory.
        var text = new StringBuilder();
        var line = new StringBuilder();
        var chunk = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(chunk)) > 0)
        {
            if (!budget.Take(count))
            {
                continue;
            }

            text.Append(chunk, 0, count);
            if (OnLine is not null)
            {
                line.Append(chunk, 0, count);
                SplitLines(line, budget);
            }
        }

        if (line.Length > 0)
        {
            line.Append('\n');
            SplitLines(line, budget);
        }

        return text.ToString();
    }

    private static async Task<byte[]> ReadBytesAsync(Stream stream, OutputBudget budget)
    {
        using var bytes = new MemoryStream();
        var chunk = new byte[16384];
        int count;
        while ((count = await stream.ReadAsync(chunk)) > 0)
        {
            if (budget.Take(count))
            {
                bytes.Write(chunk, 0, count);
            }
        }

        return bytes.ToArray();
    }

    private void SplitLines(StringBuilder pending, OutputBudget budget)
    {
        var lines = pending.ToString().Split('\n');
        pending.Clear().Append(lines[^1]);
        lock (budget)
        {
            foreach (var line in lines.AsSpan(0, lines.Length - 1))
            {
                OnLine!(line.TrimEnd('\r'));
            }
        }
    }

    private static async Task ReadToEndAsync(Task reading, Process process)
    {
        // A background process that outlived its parent would hold the pipes open for ever.
        if (await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2))) != reading)
        {
            KillGroup(process);
        }

        await reading;
    }

    private void ThrowIfOverLimit(OutputBudget budget, CancellationTokenSource limit)
    {
        if (budget.IsSpent)
        {
            throw new CommandLimitException($"{Path.GetFileName(Program)} printed more than {OutputMax:N0} characters and was ended.");
        }

        if (limit.IsCancellationRequested)
        {
            throw new CommandLimitException($"{Path.GetFileName(Program)} took longer than {TimeLimit} and was ended.");
        }
    }

    private static void KillGroup(Process process)
    {
        // Right after the start the group may not exist yet: then the process itself is ended.
        var groupWasThere = Posix.Setsid is not null && Posix.Signal(-process.Id, Posix.SigKill);
        if (!groupWasThere && !process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private sealed class OutputBudget(int max, CancellationTokenSource limit)
    {
        private int _left = max;

        public bool IsSpent => Volatile.Read(ref _left) < 0;

        public bool Take(int characters)
        {
            if (Interlocked.Add(ref _left, -characters) >= 0)
            {
                return true;
            }

            limit.Cancel();
            return false;
        }
    }
}
