using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Silo;

/// <summary>Makes the first <c>super_admin</c>, so that somebody can log in.</summary>
internal sealed class FirstUser(IGrainFactory grains, IUserQueries users, IPasswordHasher<PlatformUser> hasher, TimeProvider clock)
{
    public static string Email => Environment.GetEnvironmentVariable("PLATFORM_ADMIN_EMAIL") is { Length: > 0 } email ? email : "admin@example.com";

    /// <summary>The generated password, told once; null when there are users already or the password came from the environment.</summary>
    public async Task<string?> EnsureAsync(CancellationToken ct)
    {
        if (!(await users.ListAsync(1, null, ct)).Items.IsEmpty)
        {
            return null;
        }

        var given = Environment.GetEnvironmentVariable("PLATFORM_ADMIN_PASSWORD") is { Length: > 0 } password ? password : null;
        if (given is { Length: < 12 })
        {
            throw new StartException("PLATFORM_ADMIN_PASSWORD needs at least 12 characters.");
        }

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
        return created.Refusal is { } refusal
            ? throw new StartException($"The first administrator could not be created: {refusal.Detail}")
            : given is null ? chosen : null;
    }
}
