using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using PrizeDraw.TestKit;

namespace PrizeDraw.Benchmarks.Control;

/// <summary>
/// A child process of this program in another role. Orders go to it and answers come back as lines of JSON, so that what is measured and
/// what measures share no garbage collector and no threads. It ends when its input does, so it never outlives this process.
/// </summary>
internal sealed class Child : IAsyncDisposable
{
    /// <summary>Marks the lines that are answers; everything else a child prints is its log.</summary>
    public const string Mark = "@answer ";

    private static readonly TimeSpan StopTimeMax = TimeSpan.FromSeconds(40);
    private readonly Process process;
    private readonly Channel<JsonNode> answers = Channel.CreateUnbounded<JsonNode>();
    private readonly StringBuilder log = new();
    private static readonly ConcurrentBag<Child> All = [];
    private readonly string name;

    private Child(string name, Process process)
    {
        (this.name, this.process) = (name, process);
        All.Add(this);
    }

    public int Id => process.Id;

    /// <summary>Starts a role, under another program's runtime settings where those are named, and waits until it says that it is ready.</summary>
    public static async Task<Child> StartAsync(
        string name, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string? runtimeOf, TimeSpan patience)
    {
        var info = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = RepositoryRoot.Path,
        };
        info.ArgumentList.Add("exec");
        if (runtimeOf is not null)
        {
            info.ArgumentList.Add("--runtimeconfig");
            info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, runtimeOf + ".runtimeconfig.json"));
        }

        info.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "PrizeDraw.Benchmarks.dll"));
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var (variable, value) in environment)
        {
            info.Environment[variable] = value;
        }

        var child = new Child(name, new Process { StartInfo = info, EnableRaisingEvents = true });
        child.process.OutputDataReceived += (_, line) => child.Take(line.Data);
        child.process.ErrorDataReceived += (_, line) => child.Keep(line.Data);
        child.process.Start();
        child.process.BeginOutputReadLine();
        child.process.BeginErrorReadLine();
        await child.AnswerAsync(patience);
        return child;
    }

    /// <summary>Gives an order and waits for its answer. Throws with the child's log when it fails, ends or takes too long.</summary>
    public async Task<JsonNode> AskAsync(string verb, JsonObject? details = null, TimeSpan? patience = null)
    {
        var order = details ?? [];
        order["verb"] = verb;
        try
        {
            await process.StandardInput.WriteLineAsync(order.ToJsonString());
            await process.StandardInput.FlushAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new InvalidOperationException($"{name} has ended. Its log:\n{Log()}", e);
        }

        return await AnswerAsync(patience ?? TimeSpan.FromMinutes(10));
    }

    /// <summary>Ends every child in order, so that whoever waits for an answer gives up and cleans up.</summary>
    public static void EndAll()
    {
        foreach (var child in All)
        {
            child.EndInput();
        }
    }

    public async ValueTask DisposeAsync()
    {
        EndInput();
        using var limit = new CancellationTokenSource(StopTimeMax);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private void EndInput()
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private async Task<JsonNode> AnswerAsync(TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        try
        {
            var answer = await answers.Reader.ReadAsync(limit.Token);
            return (string?)answer["error"] is { } error ? throw new InvalidOperationException($"{name}: {error}") : answer;
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            throw new InvalidOperationException($"{name} {(e is OperationCanceledException ? $"did not answer within {patience}" : "has ended")}. Its log:\n{Log()}");
        }
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            answers.Writer.TryComplete();
        }
        else if (line.StartsWith(Mark, StringComparison.Ordinal))
        {
            answers.Writer.TryWrite(JsonNode.Parse(line[Mark.Length..])!);
        }
        else
        {
            Keep(line);
        }
    }

    private void Keep(string? line)
    {
        lock (log)
        {
            log.AppendLine(line);
        }
    }

    private string Log()
    {
        lock (log)
        {
            return log.ToString();
        }
    }
}
