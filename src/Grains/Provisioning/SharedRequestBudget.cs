using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Storage.Central.Provisioning;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>
/// The budget of all hosts, kept in the central database. Within a host whoever asks for one bucket first is served first; between hosts who
/// looks first when something is free. No window of a rule ever holds more than the rule allows.
/// </summary>
public sealed class SharedRequestBudget(RequestBudgetStore store, BudgetRules rules, TimeProvider clock) : IRequestBudget
{
    /// <summary>How long is waited before looking again, whatever the database says: its clock may be set anew.</summary>
    private static readonly TimeSpan LookAgainMax = TimeSpan.FromSeconds(30);

    /// <summary>How long noting a block may take: the answer that told of it waits.</summary>
    private static readonly TimeSpan BlockTimeOut = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Account, string Bucket), SemaphoreSlim> _turns = [];

    /// <summary>Blocks that could not be stored: they hold on this host, and are stored with the next take.</summary>
    private readonly ConcurrentDictionary<(string Account, string Bucket), DateTimeOffset> _unstored = [];

    /// <inheritdoc/>
    public async ValueTask TakeAsync(string account, string bucket, int points, CancellationToken ct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(points);
        var turn = _turns.GetOrAdd((account, bucket), _ => new SemaphoreSlim(1));
        await turn.WaitAsync(ct);
        try
        {
            var limits = LimitsOf(bucket);
            while (await TryTakeAsync(account, bucket, limits, points, ct) is { Ticks: > 0 } wait)
            {
                await Task.Delay((wait < LookAgainMax ? wait : LookAgainMax) + Jitter(wait), clock, ct);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask BlockAsync(string account, string bucket, DateTimeOffset until, CancellationToken ct)
    {
        _unstored.AddOrUpdate((account, bucket), until, (_, before) => before > until ? before : until);
        using var limited = new CancellationTokenSource(BlockTimeOut, clock);
        try
        {
            await StoreBlockAsync(account, bucket, limited.Token);
        }
        catch (Exception)
        {
            // Whatever it is: the answer of a call that may have made something is worth more. The block holds on this host meanwhile.
        }
    }

    /// <summary>Zero when the points are taken, else how long to wait.</summary>
    private async Task<TimeSpan> TryTakeAsync(string account, string bucket, IReadOnlyList<BucketLimit> limits, int points, CancellationToken ct)
    {
        try
        {
            foreach (var name in BudgetRules.Chain(bucket))
            {
                await StoreBlockAsync(account, name, ct);
            }

            return await store.TakeAsync(account, limits, points, ct);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException && !ct.IsCancellationRequested)
        {
            throw new ProviderException(
                ProviderFault.Transient, "The platform's own database could not be asked whether the provider may be called now. It is tried again later.", e);
        }
    }

    private async Task StoreBlockAsync(string account, string bucket, CancellationToken ct)
    {
        if (_unstored.TryGetValue((account, bucket), out var until))
        {
            if (until - clock.GetUtcNow() is { Ticks: > 0 } time)
            {
                await store.BlockAsync(account, bucket, time, ct);
            }

            _unstored.TryRemove(KeyValuePair.Create((account, bucket), until));
        }
    }

    private ImmutableArray<BucketLimit> LimitsOf(string bucket) =>
    [
        .. BudgetRules.Chain(bucket).SelectMany(name =>
            rules.Of(name).Select(rule => new BucketLimit(name, rule.PointsMax, rule.Window)).Prepend(new BucketLimit(name, 1, TimeSpan.Zero))),
    ];

    /// <summary>Up to a tenth more, and a quarter of a second at most: hosts that wait for one instant do not come all at once, nor in one order.</summary>
    private static TimeSpan Jitter(TimeSpan wait) =>
        TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32((int)Math.Clamp(wait.TotalMilliseconds / 10, 2, 250)));
}
