using System;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Users;

/// <summary>
/// What ASP.NET Core Identity reads and writes when somebody logs in: nothing but the password hash (when it is to be made anew)
/// and the lockout. Accounts are created and changed by their grain; so <see cref="CreateAsync"/> and <see cref="DeleteAsync"/>
/// throw <see cref="NotSupportedException"/>.
/// </summary>
internal sealed class PlatformUserStore(CentralDatabase central)
    : IUserPasswordStore<PlatformUser>, IUserEmailStore<PlatformUser>, IUserSecurityStampStore<PlatformUser>, IUserLockoutStore<PlatformUser>
{
    private const string FindById = $"select {UserRow.Columns} from platform_user u where u.user_id = $1";

    private const string FindByEmail = $"select {UserRow.Columns} from platform_user u where u.normalized_email = $1";

    // The stamp that was loaded must still be there, so that a login never puts an old hash over a new password.
    private const string UpdatePassword =
        "update platform_user set password_hash = $3, security_stamp = $4 where user_id = $1 and security_stamp = $2";

    private readonly ConditionalWeakTable<PlatformUser, string> _loadedStamps = [];

    public async Task<PlatformUser?> FindByIdAsync(string userId, CancellationToken ct) =>
        Ids.TryParse(Ids.User, userId, out var id) ? await FindAsync(FindById, id, ct) : null;

    // U+0000 can't be stored, so no address holds it; asking PostgreSQL would be an error.
    public async Task<PlatformUser?> FindByEmailAsync(string normalizedEmail, CancellationToken ct) =>
        normalizedEmail.Contains('\0', StringComparison.Ordinal) ? null : await FindAsync(FindByEmail, normalizedEmail, ct);

    public Task<PlatformUser?> FindByNameAsync(string normalizedUserName, CancellationToken ct) => FindByEmailAsync(normalizedUserName, ct);

    public async Task<IdentityResult> UpdateAsync(PlatformUser user, CancellationToken ct)
    {
        if (!_loadedStamps.TryGetValue(user, out var loaded))
        {
            throw new InvalidOperationException("Only an account that this store has loaded can be updated.");
        }

        if (loaded == user.SecurityStamp)
        {
            // Lockouts are written at once, one by one.
            return IdentityResult.Success;
        }

        await using var connection = await central.OpenSystemAsync(ct);
        var updated = await connection.RunAsync(UpdatePassword, [Id(user), loaded, user.PasswordHash, user.SecurityStamp], ct);
        _loadedStamps.AddOrUpdate(user, user.SecurityStamp);
        return updated == 1 ? IdentityResult.Success : IdentityResult.Failed(new IdentityErrorDescriber().ConcurrencyFailure());
    }

    // In the database, not in memory: many wrong guesses at once are each counted.
    public async Task<int> IncrementAccessFailedCountAsync(PlatformUser user, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        return user.AccessFailedCount = await connection.ScalarAsync<int>(
            "update platform_user set access_failed_count = access_failed_count + 1 where user_id = $1 returning access_failed_count",
            [Id(user)], ct);
    }

    public async Task ResetAccessFailedCountAsync(PlatformUser user, CancellationToken ct)
    {
        user.AccessFailedCount = 0;
        await RunAsync("update platform_user set access_failed_count = 0 where user_id = $1", [Id(user)], ct);
    }

    public async Task SetLockoutEndDateAsync(PlatformUser user, DateTimeOffset? lockoutEnd, CancellationToken ct)
    {
        user.LockoutEnd = lockoutEnd;
        await RunAsync("update platform_user set lockout_end = $2::timestamptz where user_id = $1", [Id(user), lockoutEnd], ct);
    }

    public Task<IdentityResult> CreateAsync(PlatformUser user, CancellationToken ct) =>
        throw new NotSupportedException("Accounts are created by their grain.");

    public Task<IdentityResult> DeleteAsync(PlatformUser user, CancellationToken ct) =>
        throw new NotSupportedException("Accounts are disabled by their grain, not deleted.");

    public Task<string> GetUserIdAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.Email);

    public Task SetUserNameAsync(PlatformUser user, string? userName, CancellationToken ct) => SetEmailAsync(user, userName, ct);

    public Task<string?> GetNormalizedUserNameAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetNormalizedUserNameAsync(PlatformUser user, string? normalizedName, CancellationToken ct) =>
        SetNormalizedEmailAsync(user, normalizedName, ct);

    public Task<string?> GetEmailAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.Email);

    public Task<bool> GetEmailConfirmedAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(true);

    public Task SetEmailConfirmedAsync(PlatformUser user, bool confirmed, CancellationToken ct) => Task.CompletedTask;

    public Task<string?> GetNormalizedEmailAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task SetEmailAsync(PlatformUser user, string? email, CancellationToken ct)
    {
        user.Email = email ?? "";
        return Task.CompletedTask;
    }

    public Task SetNormalizedEmailAsync(PlatformUser user, string? normalizedEmail, CancellationToken ct)
    {
        user.NormalizedEmail = normalizedEmail ?? "";
        return Task.CompletedTask;
    }

    public Task SetPasswordHashAsync(PlatformUser user, string? passwordHash, CancellationToken ct)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task<string?> GetPasswordHashAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.PasswordHash is not null);

    public Task SetSecurityStampAsync(PlatformUser user, string stamp, CancellationToken ct)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    public Task<string?> GetSecurityStampAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.SecurityStamp);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.LockoutEnd);

    public Task<int> GetAccessFailedCountAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.AccessFailedCount);

    // Every account can be locked out: guessing passwords is the same whoever's it is.
    public Task<bool> GetLockoutEnabledAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(true);

    public Task SetLockoutEnabledAsync(PlatformUser user, bool enabled, CancellationToken ct) => Task.CompletedTask;

    public void Dispose()
    {
        // Connections belong to their pool.
    }

    private static Guid Id(PlatformUser user) => Ids.Parse(Ids.User, user.Id);

    private async Task<PlatformUser?> FindAsync(string sql, object value, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        var user = await connection.FindAsync(sql, [value], UserRow.ReadAccount, ct);
        if (user is not null)
        {
            _loadedStamps.AddOrUpdate(user, user.SecurityStamp);
        }

        return user;
    }

    private async Task RunAsync(string sql, object?[] values, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        await connection.RunAsync(sql, values, ct);
    }
}
