using System;
using System.Diagnostics;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.TestKit;

namespace PrizeDraw.Providers.Tests.Repositories;

/// <summary>A data folder with a tiny template, and the providers on it.</summary>
public class RepositoryWorkshop : IDisposable
{
    public const string Nonce = "0123456789abcdef";

    public RepositoryWorkshop()
    {
        TinyTemplate.Write(Folder["template"]);
        Options = new LocalRepositoryOptions { DataFolder = Folder["data"], TemplateFolder = Folder["template"] };
        Templates = new LocalTemplateSource(Options, TimeProvider.System);
        Repositories = new LocalRepositoryHost(Options, TimeProvider.System);
    }

    protected TempFolder Folder { get; } = new();

    protected LocalRepositoryOptions Options { get; }

    protected LocalTemplateSource Templates { get; }

    protected LocalRepositoryHost Repositories { get; }

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<RepositoryRequest> RequestAsync(string name = "spring", string nonce = Nonce) =>
        new(name, nonce, await Templates.ImportAsync(CancellationToken.None));

    /// <summary>What plain git, as anybody has it, says about a repository.</summary>
    protected static async Task<string> GitAsync(string repository, params string[] arguments)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = repository };
        foreach (var argument in (string[])["-c", "safe.directory=*", "--git-dir", repository, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output).TrimEnd('\n') : throw new InvalidOperationException(errors);
    }
}
