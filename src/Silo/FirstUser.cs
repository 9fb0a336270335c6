using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Hosting;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Silo;

/// <summary>
/// Makes the first <c>super_admin</c>, so that somebody can log in: after the engine has started and before the port is opened, so that a
/// host that answers has a user.
/// </summary>
internal sealed class FirstUser(IGrainFactory grains, IUserQueries users, IPasswordHasher<PlatformUser> hasher, TimeProvider clock) : IHostedService
{
    public static string Email => Environment.GetEnvironmentVariable("PLATFORM_ADMIN_EMAIL") is { Length: > 0 } email ? email : "admin@example.com";

    /// <summary>The generated password, told once; null when there are users already or the password came from the environment.</summary>
    public string? Password { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken) => Password = await EnsureAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<string?> EnsureAsync(CancellationToken ct)
    {
        if (await IsThereAnyAsync(ct))
        {
            return null;
        }

        var given = Given();
        var chosen = given ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(10));
        var id = Ids.New(Ids.User, clock.GetUtcNow());
        var user = new PlatformUser
        {
            Id = id,
            Email = Email,
            NormalizedEmail = Email.ToUpperInvariant(),
            Role = Roles.SuperAdmin,
        };
        var created = await grains.GetGrain<IUserGrain>(id).CreateAsync(new CreateUser(
            Actor.System, Email, Roles.SuperAdmin, [], [], hasher.HashPassword(user, chosen)));
        if (created.Refusal is { } refusal)
        {
            // Of two hosts that start on an empty database, one makes the user.
            return await IsThereAnyAsync(ct) ? null : throw new StartException($"The first administrator could not be created: {refusal.Detail}");
        }

        return given is null ? chosen : null;
    }

    /// <summary>The password from the environment, if any. Throws <see cref="StartException"/> when it is too short.</summary>
    public static string? Given() => Environment.GetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD") switch
    {
        null or "" => null,
        { Length: < 12 } => throw new StartException("PLATFORM_ADMIN_PASSWORD needs at least 12 characters."),
        var password => password,
    };

    private async Task<bool> IsThereAnyAsync(CancellationToken ct) => !(await users.ListAsync(1, null, ct)).Items.IsEmpty;
}
