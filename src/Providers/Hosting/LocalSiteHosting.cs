using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrizeDraw.Providers.Processes;
using PrizeDraw.Providers.Repositories;

namespace PrizeDraw.Providers.Hosting;

/// <summary>
/// Hosts campaign sites on this machine: each on a port of its own of 127.0.0.1, built here and served by this process. As a
/// hosted service it serves all existing sites again after a start; a port that is taken meanwhile is tried again and again,
/// and keeps nothing else from starting. One host per data folder.
/// </summary>
public sealed partial class LocalSiteHosting(LocalSiteHostingOptions options, TimeProvider time, ILogger<LocalSiteHosting> log)
    : ISiteHosting, IHostedService, IAsyncDisposable
{
    private const int ReleasesKept = 2;
    private readonly SiteFolders _folders = new(options.SitesFolder);
    private readonly SiteBuilder _builder = new(options, time);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<string, SiteServer> _servers = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _retrying = Task.CompletedTask;

    /// <inheritdoc/>
    public Task<SiteRef> CreateAsync(SiteRequest request, CancellationToken ct) => OneAtATimeAsync(request, ct, async () =>
    {
        if (Owned(request) is { } existing)
        {
            await TryServeAsync(existing, ct);
            return Reference(existing);
        }

        LocalFolders.DeleteLeftovers(_folders.Of(request.Name));
        return Directory.Exists(_folders.Of(request.Name))
            ? throw OwnedName.Taken("site", request.Name)
            : Reference(await ReserveAsync(request, ct));
    });

    /// <inheritdoc/>
    public Task<SiteRef?> FindAsync(SiteRequest request, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        return Task.FromResult(Owned(request) is { } record ? Reference(record) : null);
    }

    /// <inheritdoc/>
    public Task<SiteRef> DeployAsync(SiteRequest request, RepositoryRef repository, string commit, Action<string> log, CancellationToken ct) =>
        OneAtATimeAsync(request, ct, async () =>
        {
            if (!CommitPattern().IsMatch(commit))
            {
                throw new ProviderException(ProviderFault.Rejected, $"'{commit}' is not a commit.");
            }

            var record = Require(request);
            var release = _folders.Release(request.Name, commit);
            if (!Directory.Exists(release))
            {
                await _builder.BuildAsync(request.Name, repository.Location, commit, release, log, ct);
            }

            var switched = Switch(record, commit);
            if (!await TryServeAsync(switched, ct))
            {
                throw PortTaken(record);
            }

            log($"Serving {commit[..12]} at {record.Url}");
            return Reference(record);
        });

    /// <inheritdoc/>
    public Task<bool> IsServingAsync(SiteRequest request, string commit, CancellationToken ct)
    {
        OwnedName.Require(request.Name, request.Nonce);
        var isServing = Owned(request) is not null && _servers.TryGetValue(request.Name, out var server) && server.Commit == commit;
        return Task.FromResult(isServing);
    }

    /// <inheritdoc/>
    public Task SuspendAsync(SiteRequest request, CancellationToken ct) => OneAtATimeAsync(request, ct, async () =>
    {
        SiteFolders.Save(_folders.Of(request.Name), Require(request) with { Suspended = true });
        await StopServingAsync(request.Name);
        return true;
    });

    /// <inheritdoc/>
    public Task ResumeAsync(SiteRequest request, CancellationToken ct) => OneAtATimeAsync(request, ct, async () =>
    {
        var record = Require(request) with { Suspended = false };
        SiteFolders.Save(_folders.Of(request.Name), record);
        return await TryServeAsync(record, ct) ? true : throw PortTaken(record);
    });

    /// <inheritdoc/>
    public Task DeleteIfOwnedAsync(SiteRequest request, CancellationToken ct) => OneAtATimeAsync(request, ct, async () =>
    {
        if (Owned(request) is not null)
        {
            await StopServingAsync(request.Name);
            LocalFolders.RenameAndDelete(_folders.Of(request.Name));
        }

        LocalFolders.DeleteLeftovers(_folders.Of(request.Name));
        if (!Directory.Exists(_folders.Of(request.Name)))
        {
            await _builder.DeleteWorkAsync(request.Name, ct);
        }

        return true;
    });

    /// <inheritdoc/>
    public Task<Holdings> ListAsync(CancellationToken ct)
    {
        var all = _folders.LoadAll();
        return Task.FromResult(new Holdings([.. all.Take(Holdings.Most).Select(site => new HeldResource(site.Name, site.Nonce))], all.Count <= Holdings.Most));
    }

    /// <summary>Serves all sites there are; those whose port is taken are tried again in the background.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        if (await ServeAllAsync(cancellationToken))
        {
            return;
        }

        _retrying = RetryAsync(_stopping.Token);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _retrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var name in _servers.Keys.ToArray())
        {
            await StopServingAsync(name);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    private async Task RetryAsync(CancellationToken stopping)
    {
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(5), time, stopping);
        }
        while (!await ServeAllAsync(stopping));
    }

    private async Task<bool> ServeAllAsync(CancellationToken ct)
    {
        var all = true;
        foreach (var found in _folders.LoadAll())
        {
            var request = new SiteRequest(found.Name, found.Nonce);
            all &= await OneAtATimeAsync(request, ct, () => TryServeAgainAsync(request, ct));
        }

        return all;
    }

    private async Task<bool> TryServeAgainAsync(SiteRequest request, CancellationToken ct)
    {
        try
        {
            return Owned(request) is not { Suspended: false } site || await TryServeAsync(site, ct);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // One damaged site must not keep the platform and all others from starting.
            SayNotServed(error, request.Name);
            return false;
        }
    }

    private async Task<SiteRecord> ReserveAsync(SiteRequest request, CancellationToken ct)
    {
        FolderModes.Ensure(_folders.Root, FolderModes.Private);
        using var only = await FileLock.TakeAsync(Path.Combine(_folders.Root, ".ports.lock"), time, ct);
        var taken = _folders.LoadAll().Select(site => site.Port).ToHashSet();
        for (var port = options.FirstPort; port <= options.LastPort; port++)
        {
            if (taken.Contains(port) || await TryListenAsync(port, ct) is not { } server)
            {
                continue;
            }

            // The port is held from here on, so that no other program gets it between the reservation and the deployment.
            var record = new SiteRecord(request.Name, request.Nonce, port, []);
            if (await KeepAsync(record, server))
            {
                return record;
            }

            throw OwnedName.Taken("site", request.Name);
        }

        throw new ProviderException(
            ProviderFault.Quota, $"No port between {options.FirstPort} and {options.LastPort} is free for another site. Allow more, or delete a campaign.");
    }

    private async Task<bool> KeepAsync(SiteRecord record, SiteServer server)
    {
        var isKept = false;
        try
        {
            isKept = await LocalFolders.BuildAndRenameAsync(_folders.Of(record.Name), building =>
            {
                FolderModes.Ensure(building, FolderModes.Private);
                SiteFolders.Save(building, record);
                return Task.CompletedTask;
            });
            return isKept;
        }
        finally
        {
            if (isKept)
            {
                _servers[record.Name] = server;
            }
            else
            {
                await server.DisposeAsync();
            }
        }
    }

    private SiteRecord Switch(SiteRecord record, string commit)
    {
        var switched = record with { Releases = [.. record.Releases.Where(other => other != commit).Prepend(commit).Take(ReleasesKept)] };
        SiteFolders.Save(_folders.Of(record.Name), switched);
        foreach (var release in Directory.GetDirectories(Path.GetDirectoryName(_folders.Release(record.Name, commit))!))
        {
            if (!switched.Releases.Contains(Path.GetFileName(release)))
            {
                LocalFolders.Delete(release);
            }
        }

        return switched;
    }

    /// <summary>Makes sure that the site listens and serves what its record says. False when its port is taken.</summary>
    private async Task<bool> TryServeAsync(SiteRecord record, CancellationToken ct)
    {
        if (!_servers.TryGetValue(record.Name, out var server))
        {
            server = await TryListenAsync(record.Port, ct);
            if (server is null)
            {
                SayPortTaken(record.Name, record.Port);
                return false;
            }

            _servers[record.Name] = server;
        }

        if (record.Served is { } commit && server.Commit != commit)
        {
            server.Serve(ServedFiles.Load(_folders.Release(record.Name, commit), commit));
        }

        return true;
    }

    private async Task<SiteServer?> TryListenAsync(int port, CancellationToken ct)
    {
        try
        {
            return await SiteServer.StartAsync(port, options.ApiOrigin, ct);
        }
        catch (Exception error) when (error is IOException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    private async Task StopServingAsync(string name)
    {
        if (_servers.TryRemove(name, out var server))
        {
            await server.DisposeAsync();
        }
    }

    private SiteRecord? Owned(SiteRequest request) =>
        _folders.Load(request.Name) is { } record && record.Nonce == request.Nonce && record.Name == request.Name ? record : null;

    private SiteRecord Require(SiteRequest request) =>
        Owned(request) ?? throw new ProviderException(ProviderFault.Rejected, $"The site '{request.Name}' does not exist.");

    private static ProviderException PortTaken(SiteRecord record) => new(
        ProviderFault.Transient, $"Port {record.Port} of the site '{record.Name}' is taken by another program. End that program.");

    private static SiteRef Reference(SiteRecord record) => new(record.Name, record.Url);

    private async Task<T> OneAtATimeAsync<T>(SiteRequest request, CancellationToken ct, Func<Task<T>> work)
    {
        OwnedName.Require(request.Name, request.Nonce);
        var gate = _gates.GetOrAdd(request.Name, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            gate.Release();
        }
    }

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex CommitPattern();

    [LoggerMessage(1, LogLevel.Error, "The site {Name} can't be served: its port {Port} is taken by another program. Trying again every five seconds.")]
    private partial void SayPortTaken(string name, int port);

    [LoggerMessage(2, LogLevel.Error, "The files of the site {Name} can't be read. Trying again every five seconds.")]
    private partial void SayNotServed(Exception error, string name);
}
