using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Storage.Central.Installations;

/// <summary>
/// The row of the installation. Every host looks at its start and each minute: the count of looks only grows, and the highest that a host has
/// seen is kept in its data folder. A database that has counted fewer was set back to an older state and is a new incarnation, which acts
/// only once it was confirmed. Whoever asks whether it may act sees a count that has fallen, so that nobody acts before the next look.
/// What was set back to a moment since the last look is not noticed here; <c>./run restore</c> marks it itself.
/// </summary>
public sealed class IncarnationStore(CentralDatabase central, LastSeenFile file, TimeProvider clock) : IIncarnation
{
    private const string Columns = "identity, incarnation, began_at, confirmed_at";

    private const string Find = $"select {Columns}, looks from installation";

    private const string Look = $"update installation set looks = looks + 1 returning {Columns}, looks";

    // So far ahead that no other host has seen more, also where this one had not looked for long: it is found once, and confirmed once.
    private const string Renew =
        $"""
        update installation set incarnation = gen_random_uuid(), began_at = $1, confirmed_at = null, looks = greatest(looks, $2) + 1000000
        returning {Columns}, looks
        """;

    private const string Confirm = $"update installation set confirmed_at = $2 where incarnation = $1 and confirmed_at is null returning {Columns}";

    // What the file says, so that who only asks need not read it; and whether a set back was found by somebody who asked.
    private volatile LastSeen? last;
    private int untold;

    public async Task<bool> IsConfirmedAsync(CancellationToken ct) => (await GetAsync(ct)).ConfirmedAt is not null;

    public async Task<IncarnationView> GetAsync(CancellationToken ct)
    {
        var seen = last;
        var (view, looks) = await FindAsync(ct);
        if (seen is null || (seen.Installation == view.Installation && looks >= seen.Looks))
        {
            return view;
        }

        if (await LookAsync(ct))
        {
            Interlocked.Exchange(ref untold, 1);
        }

        return (await FindAsync(ct)).View;
    }

    /// <summary>Compares the database with what this host last saw of it; true when it was found to be set back, by this look or since the last.</summary>
    public async Task<bool> LookAndTellAsync(CancellationToken ct)
    {
        var isSetBack = await LookAsync(ct);
        return Interlocked.Exchange(ref untold, 0) == 1 || isSetBack;
    }

    /// <summary>Compares the database with what this host last saw of it; true when it was found to be set back just now.</summary>
    public async Task<bool> LookAsync(CancellationToken ct)
    {
        var seen = file.Read();
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        var (now, looks) = await CountAsync(work, Look, [], ct);
        var isSetBack = seen is not null && (seen.Installation != now.Installation || looks <= seen.Looks);
        if (isSetBack)
        {
            var before = now;
            (now, looks) = await CountAsync(work, Renew, [clock.GetUtcNow(), seen!.Looks], ct);
            await AuditAsync(work, now, "installation.set_back", Actor.System.Id, new { incarnation = before.Id, looks = seen.Looks }, ct);
        }

        await work.CommitAsync(ct);
        Keep(new LastSeen(now.Installation, now.Id, looks));
        return isSetBack;
    }

    /// <summary>Lets this incarnation act. The present one after that; null when the present one is another.</summary>
    public async Task<IncarnationView?> ConfirmAsync(string incarnation, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        if (!Guid.TryParseExact(incarnation, "n", out var id))
        {
            return null;
        }

        if (await work.Connection.FindAsync(Confirm, [id, clock.GetUtcNow()], Read, ct) is not { } confirmed)
        {
            var present = await work.Connection.FindAsync(Find, [], Read, ct) ?? throw Missing();
            return present.Id == incarnation ? present : null;
        }

        await AuditAsync(work, confirmed, "installation.confirmed", actor, null, ct);
        await work.CommitAsync(ct);
        return confirmed;
    }

    private async Task<(IncarnationView View, long Looks)> FindAsync(CancellationToken ct)
    {
        await using var read = await central.ReadAsync([], ct);
        return await read.Connection.FindAsync<(IncarnationView View, long Looks)?>(Find, [], row => (Read(row), row.GetInt64(4)), ct) ?? throw Missing();
    }

    // Two looks of one host may end in either order: what is kept never falls while it is about the same database.
    private void Keep(LastSeen seen)
    {
        lock (file)
        {
            if (last is not { } kept || kept.Incarnation != seen.Incarnation || kept.Looks < seen.Looks)
            {
                file.Write(seen);
                last = seen;
            }
        }
    }

    private static async Task<(IncarnationView View, long Looks)> CountAsync(
        CentralUnitOfWork work, string sql, object?[] values, CancellationToken ct)
    {
        var found = await work.Connection.FindAsync<(IncarnationView View, long Looks)?>(sql, values, row => (Read(row), row.GetInt64(4)), ct);
        return found ?? throw Missing();
    }

    private Task AuditAsync(CentralUnitOfWork work, IncarnationView view, string action, string actor, object? before, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return work.AuditAsync(
            new AuditEvent(
                CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, null, actor, action, view.Id, before,
                new { incarnation = view.Id, view.ConfirmedAt }), ct);
    }

    private static IncarnationView Read(NpgsqlDataReader row) =>
        new(row.GetGuid(0).ToString("n"), row.GetGuid(1).ToString("n"), row.Time(2), row.TimeOrNull(3));

    private static InvalidOperationException Missing() => new("The central database has no row of its installation.");
}
