using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Postgres;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Central.Diagnosis;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo.Doctor;

/// <summary>What the central database says. An embedded server that does not run is not started for it.</summary>
internal sealed class DatabaseChecks(PlatformOptions options, TimeProvider clock)
{
    private static readonly TimeSpan ClockWarn = TimeSpan.FromSeconds(2), ClockFail = TimeSpan.FromMinutes(1);

    public async Task<List<Finding>> LookAsync(bool isRunning, CancellationToken ct)
    {
        if (options.EmbeddedPostgresPort is { } port && !await Maintenance.ListensAsync(port, ct))
        {
            return
            [
                isRunning
                    ? Finding.Fail("PostgreSQL", $"the platform runs, and its PostgreSQL does not answer at port {port}. See the server's log in the data folder; or tell --postgres-port.")
                    : Finding.Ok("PostgreSQL", "it rests with the platform; what it holds is looked at while the platform runs"),
            ];
        }

        try
        {
            return MasterKeyFile.Find(options.DataFolder) is { } key ? await LookAsync(key, MasterKeyFile.Previous(options.DataFolder), ct) : [];
        }
        catch (ArgumentException)
        {
            return []; // A key that is none has been told of.
        }
        catch (EmbeddedPostgresException e)
        {
            return [Finding.Fail("PostgreSQL", e.Message)];
        }
        catch (PostgresException e)
        {
            return [Finding.Fail("PostgreSQL", $"it refuses ({e.SqlState}): {e.MessageText}. See that the role and the database in --database are right.")];
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return [Finding.Fail("PostgreSQL", "it can't be reached. See that it runs and that --database names it.")];
        }
    }

    private async Task<List<Finding>> LookAsync(MasterKey key, MasterKey? previous, CancellationToken ct)
    {
        await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
        if (await MasterKeyCheck.RunAsync(server.Central, ct) is { Fits: false } verdict)
        {
            return [Finding.Fail(
                "sealed secrets", $"they are under another master key{(verdict.Wanted is { } wanted ? $" ({wanted})" : "")}. Put that one into "
                + $"{MasterKeyFile.PathIn(options.DataFolder)} (docs/secrets.md); the platform does not start without it.")];
        }

        var box = new SecretBox(key, previous is null ? null : new PreviousMasterKey(previous));
        return Judge(await new CentralDiagnosis(server.Connections, box, clock).LookAsync(EngineSchema.Scripts(), ct));
    }

    private static List<Finding> Judge(CentralFacts facts) =>
    [
        facts.ServerVersion.Major >= 15 ? Finding.Ok("PostgreSQL", $"{facts.ServerVersion}") : Finding.Fail("PostgreSQL", $"{facts.ServerVersion} is too old: 15 or later is needed."),
        facts.OpensSecrets == false ? Finding.Fail("sealed secrets", "the signing key does not open: it was changed. Restore a backup.") : Finding.Ok("sealed secrets", "they open"),
        facts.MigrationsUnknown.Length > 0
            ? Finding.Fail("schema", $"a newer version of the platform has changed the database ({string.Join(", ", facts.MigrationsUnknown)}). Run that version.")
            : facts.MigrationsMissing.Length > 0
                ? Finding.Warn("schema", $"{facts.MigrationsMissing.Length} migrations are still to come. Start the platform: it makes them.")
                : Finding.Ok("schema", "up to date"),
        facts.ClockAhead.Duration() > ClockFail
            ? Finding.Fail("database's clock", $"it differs from this machine's by {facts.ClockAhead.Duration():g}. Set both, and keep them by NTP.")
            : facts.ClockAhead.Duration() > ClockWarn
                ? Finding.Warn("database's clock", $"it differs from this machine's by {facts.ClockAhead.Duration().TotalSeconds:n0} s. Keep both by NTP.")
                : Finding.Ok("database's clock", "as this machine's"),
        Listed(facts.OverdueCampaigns, FindingLevel.Fail, "reminders", "none is overdue", "still open ten minutes after they close. Start the platform, or read its log"),
        Listed(facts.Quarantined, FindingLevel.Fail, "quarantined", "nothing", "something at a provider could not be undone. See the deployment's log, mend it, and try again"),
        Listed(facts.Waiting, FindingLevel.Warn, "waiting deployments", "none", "a provider refused its credential. Set the account anew under Providers, then go on with the deployment"),
        Finding.Ok("provider accounts", facts.Accounts.IsEmpty ? "none: campaigns are made on this machine" : string.Join(", ", facts.Accounts)),
        facts.IsConfirmed
            ? Finding.Ok("incarnation", "confirmed")
            : Finding.Warn("incarnation", "this database was restored: nothing is drawn, deleted or sent until a super_admin confirms it (POST /v1/installation/confirm)."),
        Listed(facts.Recalled, FindingLevel.Warn, "audit log",
            "no campaign has anything to add", "not asked yet what the audit log lacks since the restore. The platform asks each quarter of an hour while it runs; see that their databases can be reached, and at Supabase that the project is not paused"),
        Listed(facts.Unreached, FindingLevel.Fail, "campaigns' databases", "they can be reached", "they can't be reached. See that their servers run, and at Supabase that the project is not paused"),
    ];

    private static Finding Listed(ImmutableArray<string> names, FindingLevel level, string what, string none, string says) =>
        names.IsEmpty ? Finding.Ok(what, none) : new Finding(level, what, $"{string.Join(", ", names)}: {says}.");
}
