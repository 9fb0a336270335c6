using System;
using System.Diagnostics;
using System.IO;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;

namespace PrizeDraw.TestKit.Hosts;

/// <summary>What a host is asked for. Sent, not waited for: what came of it stands in the database.</summary>
public interface IHostOrder
{
    Task RunAsync(IServiceProvider services);
}

/// <summary>A host of the platform that can die.</summary>
public interface IMortalHost<in TOrder>
    where TOrder : IHostOrder
{
    Task StartAsync();

    /// <summary>Dies as a process does: nothing is put in order. Once it is dead, this does nothing.</summary>
    Task DieAsync();

    void Send(TOrder order);
}

/// <summary>A host in this process: let go of with all that it holds, in the middle of what it does.</summary>
public sealed class DroppedHost<TOrder>(Func<IHost> build) : IMortalHost<TOrder>
    where TOrder : IHostOrder
{
    private IHost? host;

    public async Task StartAsync()
    {
        var next = build();
        await next.StartAsync();
        host = next;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref host, null) is { } dropped)
        {
            await ((IAsyncDisposable)dropped).DisposeAsync();
        }
    }

    public void Send(TOrder order)
    {
        if (host is { } alive)
        {
            _ = Task.Run(() => HostProgram.RunAsync(order, alive.Services));
        }
    }
}

/// <summary>A host in a process of its own, killed by SIGKILL.</summary>
/// <param name="program">Its program, which runs <see cref="HostProgram"/>: the test's own assembly.</param>
/// <param name="setup">What it is told first.</param>
public sealed class KilledHost<TOrder, TSetup>(Assembly program, Func<TSetup> setup) : IMortalHost<TOrder>
    where TOrder : IHostOrder
{
    private Process? process;

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("dotnet", ["exec", program.Location])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var (next, started) = (Process.Start(start)!, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        next.OutputDataReceived += (_, _) => started.TrySetResult();
        next.ErrorDataReceived += (_, _) => { };
        next.BeginOutputReadLine();
        next.BeginErrorReadLine();
        await next.StandardInput.WriteLineAsync(JsonSerializer.Serialize(setup()));
        await next.StandardInput.FlushAsync();
        await started.Task.WaitAsync(TimeSpan.FromMinutes(10));
        process = next;
    }

    public async Task DieAsync()
    {
        if (Interlocked.Exchange(ref process, null) is { } killed)
        {
            killed.Kill();
            await killed.WaitForExitAsync();
            killed.Dispose();
        }
    }

    public void Send(TOrder order)
    {
        try
        {
            process?.StandardInput.WriteLine(JsonSerializer.Serialize(order));
            process?.StandardInput.Flush();
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has just been killed.
        }
    }
}

/// <summary>The program of a host's own process: does what comes by its standard input, until it is killed or nobody is there to tell it more.</summary>
public static class HostProgram
{
    public static async Task<int> MainAsync<TOrder, TSetup>(Func<TSetup, IHost> build)
        where TOrder : IHostOrder
    {
        if (await Console.In.ReadLineAsync() is not { } line)
        {
            return 2;
        }

        using var host = build(JsonSerializer.Deserialize<TSetup>(line)!);
        await host.StartAsync();
        Console.WriteLine("started");
        while (await Console.In.ReadLineAsync() is { } next)
        {
            _ = RunAsync(JsonSerializer.Deserialize<TOrder>(next)!, host.Services);
        }

        return 0;
    }

    internal static async Task RunAsync<TOrder>(TOrder order, IServiceProvider services)
        where TOrder : IHostOrder
    {
        try
        {
            await order.RunAsync(services);
        }
        catch (Exception e)
        {
            // The host died, or another one took over: whoever asks sees an error, and asks again.
            await Console.Error.WriteLineAsync(e.Message);
        }
    }
}
