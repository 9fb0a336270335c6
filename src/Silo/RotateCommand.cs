using System;
using System.CommandLine;
using System.IO;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Silo;

/// <summary>
/// The command <c>rotate-master-key</c>: seals everything under another master key. With the platform stopped it makes the new key itself. With
/// <c>PLATFORM_MASTER_KEY_PREVIOUS</c> set every host runs with both keys, and it works beside them. Cut short it is called again.
/// </summary>
public static class RotateCommand
{
    public static Command Rotate(Func<ParseResult, PlatformOptions> options)
    {
        var command = new Command("rotate-master-key", "Seal everything under a new master key.");
        command.SetAction((parsed, ct) => BackupCommands.ToldAsync(() => RunAsync(options(parsed), Console.WriteLine, TimeProvider.System, ct)));
        return command;
    }

    public static Command Passwords(Func<ParseResult, PlatformOptions> options)
    {
        var command = new Command("rotate-database-passwords", "Give the campaigns' databases on this installation's own server new passwords, also while it runs.");
        command.SetAction((parsed, ct) => BackupCommands.ToldAsync(() => PasswordsAsync(options(parsed), Console.WriteLine, TimeProvider.System, ct)));
        return command;
    }

    public static Command SigningKey(Func<ParseResult, PlatformOptions> options)
    {
        var command = new Command("rotate-signing-key", "Sign receipts, commitments and certificates with a new key from now on.");
        command.SetAction((parsed, ct) => BackupCommands.ToldAsync(() => SigningKeyAsync(options(parsed), Console.WriteLine, TimeProvider.System, ct)));
        return command;
    }

    public static Command Superuser(Func<ParseResult, PlatformOptions> options)
    {
        var command = new Command("rotate-superuser-password", "Give the superuser of the PostgreSQL that comes with the platform a new password.");
        command.SetAction((parsed, ct) => BackupCommands.ToldAsync(() => SuperuserAsync(options(parsed), Console.WriteLine, TimeProvider.System, ct)));
        return command;
    }

    public static async Task SuperuserAsync(PlatformOptions options, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        if (options.Database is not null)
        {
            throw new StartException(
                "The PostgreSQL is not the platform's own. Replace the password of its superuser there, and give every host the new one (--database or PLATFORM_DATABASE). Nothing was changed.");
        }

        var key = MasterKeyFile.Find(options.DataFolder) ?? throw new StartException($"There is no installation in {options.DataFolder}: it has no master key.");
        var previous = MasterKeyFile.Previous(options.DataFolder);
        await RequireStoppedAsync(options, key, previous, "password", ct);
        await using var server = await PlatformHost.StartPostgresAsync(options, ct);
        var before = new CentralOptions { AdminConnectionString = server.SuperuserConnectionString, MasterKey = key, PreviousMasterKey = previous };
        await LostKey.RequireFittingAsync(before, options.DataFolder, isNew: false, ct);
        await using var connections = new CentralConnections(before);
        await using var work = await new CentralDatabase(connections).BeginAsync(CentralDatabase.PlatformTenant, ct);
        var now = clock.GetUtcNow();

        // Written first and kept last: what can't be recorded is not done.
        await work.AuditAsync(
            new AuditEvent(
                CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, null, Actor.System.Id, "installation.superuser_password_replaced", "postgres", null, null), ct);
        await server.ReplacePasswordAsync(ct);
        await work.CommitAsync(CancellationToken.None);
        say("The superuser has a new password; the old one is void.");
    }

    public static async Task SigningKeyAsync(PlatformOptions options, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        var key = MasterKeyFile.Find(options.DataFolder) ?? throw new StartException($"There is no installation in {options.DataFolder}: it has no master key.");
        var previous = MasterKeyFile.Previous(options.DataFolder);
        await RequireStoppedAsync(options, key, previous, "signing key", ct);
        await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
        await LostKey.RequireFittingAsync(server.Central, options.DataFolder, isNew: false, ct);
        var box = new SecretBox(key, previous is null ? null : new PreviousMasterKey(previous));
        using var keys = new SigningKeys(new CentralDatabase(server.Connections), box, clock);
        var (old, made) = await keys.ReplaceAsync(ct);
        say($"{made} signs from now on{(old is null ? "" : $"; {old} signs nothing more, and what it signed stays valid")}. Both stand at /v1/keys: tell those who keep the platform's keys.");
    }

    public static async Task PasswordsAsync(PlatformOptions options, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        var key = MasterKeyFile.Find(options.DataFolder) ?? throw new StartException($"There is no installation in {options.DataFolder}: it has no master key.");
        var previous = MasterKeyFile.Previous(options.DataFolder);
        await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
        await LostKey.RequireFittingAsync(server.Central, options.DataFolder, isNew: false, ct);
        var box = new SecretBox(key, previous is null ? null : new PreviousMasterKey(previous));
        var changed = await new DatabasePasswords(server.Connections, box, BackupCommands.MakerOn(server.Connections), clock).RotateAsync(say, ct);
        say($"{changed} databases have new passwords; the old ones are void.");
    }

    public static async Task RunAsync(PlatformOptions options, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        var data = options.DataFolder;
        var key = MasterKeyFile.Find(data) ?? throw new StartException($"There is no installation in {data}: it has no master key.");
        var isByHand = Environment.GetEnvironmentVariable("PLATFORM_MASTER_KEY") is { Length: > 0 };
        var previous = MasterKeyFile.Previous(data);
        if (previous is null && isByHand)
        {
            throw new StartException(
                "The master key comes from PLATFORM_MASTER_KEY. Make another (openssl rand -base64 32), give every host the new one in PLATFORM_MASTER_KEY and the old one in "
                + "PLATFORM_MASTER_KEY_PREVIOUS, start them again, then call this with the same two variables. Nothing was changed.");
        }

        // The same key twice: cut short between the two files.
        var begins = previous is null || (!isByHand && previous.Id == key.Id);
        if (!isByHand)
        {
            await RequireStoppedAsync(options, key, previous, "key", ct);
        }

        if (begins)
        {
            await RequireFittingAsync(options, key, previous, ct);

            // First the old one aside: cut short anywhere, a start finds both and can open everything.
            MasterKeyFile.Write(MasterKeyFile.PreviousIn(data), (await File.ReadAllTextAsync(MasterKeyFile.PathIn(data), ct)).Trim());
            MasterKeyFile.Write(MasterKeyFile.PathIn(data), Convert.ToBase64String(RandomNumberGenerator.GetBytes(MasterKey.Length)));
            (previous, key) = (key, MasterKeyFile.Find(data)!);
        }

        await ResealAsync(options, key, previous!, isByHand, say, clock, ct);
    }

    /// <summary>Before any file is touched: the wrong one would take the place of the right one that somebody looks for.</summary>
    private static async Task RequireFittingAsync(PlatformOptions options, MasterKey key, MasterKey? previous, CancellationToken ct)
    {
        await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
        await LostKey.RequireFittingAsync(server.Central, options.DataFolder, isNew: false, ct);
    }

    private static async Task ResealAsync(
        PlatformOptions options, MasterKey key, MasterKey previous, bool isByHand, Action<string> say, TimeProvider clock, CancellationToken ct)
    {
        await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
        await LostKey.RequireFittingAsync(server.Central, options.DataFolder, isNew: false, ct);
        // Gives the roles the passwords that derive from the new key.
        await new CentralBootstrap(server.Central, server.Connections, clock).RunAsync(EngineSchema.Scripts(), ct);
        var done = await new Resealing(server.Connections, new SecretBox(key, new PreviousMasterKey(previous)), key).RunAsync(say, ct);
        if (done.Unreached.Length > 0)
        {
            throw new StartException(
                $"{done.Unreached.Length} campaigns' databases could not be reached: {string.Join(", ", done.Unreached)}. Their secrets are still under the old key, which is kept "
                + "beside the new one. See that they can be reached, and call this again.");
        }

        if (!isByHand)
        {
            var old = MasterKeyFile.PreviousIn(options.DataFolder);
            File.Move(old, $"{MasterKeyFile.PathIn(options.DataFolder)}.{previous.Id}", overwrite: true);
        }

        say($"""
            {done.Count:n0} secrets are sealed under the master key {key.Id} now{(isByHand ? ": take PLATFORM_MASTER_KEY_PREVIOUS away from every host" : "")}.
            The old key ({previous.Id}) opens earlier backups alone{(isByHand ? "" : $"; it is kept in {MasterKeyFile.PathIn(options.DataFolder)}.{previous.Id}")}: keep it elsewhere as long as you
            keep them, and make a new backup now.
            """);
    }

    /// <summary>A host that knows one key only would find secrets that it can't open.</summary>
    private static async Task RequireStoppedAsync(PlatformOptions options, MasterKey key, MasterKey? previous, string what, CancellationToken ct)
    {
        if (options.EmbeddedPostgresPort is { } port && await Maintenance.ListensAsync(port, ct))
        {
            throw new StartException($"The platform runs. Stop it first: it knows the old {what} alone. Nothing was changed.");
        }

        if (options.Database is not null)
        {
            await using var server = await Maintenance.OpenAsync(options, key, ct, previous);
            if (await CentralActivity.IsAnyAsync(server.Central, TimeProvider.System, ct))
            {
                throw new StartException($"A host of the platform is connected to the central database. Stop every host first: they know the old {what} alone. Nothing was changed.");
            }
        }
    }
}
