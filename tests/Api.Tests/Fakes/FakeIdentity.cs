using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Tests.Fakes;

internal sealed class FakeUserStore(FakePlatform platform)
    : IUserPasswordStore<PlatformUser>, IUserLockoutStore<PlatformUser>
{
    public Task<PlatformUser?> FindByIdAsync(string userId, CancellationToken ct) =>
        Task.FromResult(platform.Accounts.GetValueOrDefault(userId));

    public Task<PlatformUser?> FindByNameAsync(string normalizedUserName, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(platform.Accounts.Values.FirstOrDefault(user => user.NormalizedEmail == normalizedUserName));
    }

    public Task<string> GetUserIdAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.Id);

    public Task<string?> GetUserNameAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.Email);

    public Task<string?> GetNormalizedUserNameAsync(PlatformUser user, CancellationToken ct) => Task.FromResult<string?>(user.NormalizedEmail);

    public Task<string?> GetPasswordHashAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.PasswordHash);

    public Task<bool> HasPasswordAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.PasswordHash is not null);

    public Task<DateTimeOffset?> GetLockoutEndDateAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.LockoutEnd);

    public Task<int> GetAccessFailedCountAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(user.AccessFailedCount);

    public Task<bool> GetLockoutEnabledAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(true);

    public Task SetLockoutEndDateAsync(PlatformUser user, DateTimeOffset? lockoutEnd, CancellationToken ct)
    {
        user.LockoutEnd = lockoutEnd;
        return Task.CompletedTask;
    }

    public Task<int> IncrementAccessFailedCountAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(++user.AccessFailedCount);

    public Task ResetAccessFailedCountAsync(PlatformUser user, CancellationToken ct)
    {
        user.AccessFailedCount = 0;
        return Task.CompletedTask;
    }

    public Task SetLockoutEnabledAsync(PlatformUser user, bool enabled, CancellationToken ct) => Task.CompletedTask;

    public Task SetPasswordHashAsync(PlatformUser user, string? passwordHash, CancellationToken ct)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    public Task SetUserNameAsync(PlatformUser user, string? userName, CancellationToken ct) => Task.CompletedTask;

    public Task SetNormalizedUserNameAsync(PlatformUser user, string? normalizedName, CancellationToken ct) => Task.CompletedTask;

    public Task<IdentityResult> CreateAsync(PlatformUser user, CancellationToken ct) => throw new NotSupportedException();

    public Task<IdentityResult> UpdateAsync(PlatformUser user, CancellationToken ct) => Task.FromResult(IdentityResult.Success);

    public Task<IdentityResult> DeleteAsync(PlatformUser user, CancellationToken ct) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}

internal sealed class FakeSessions(FakePlatform platform) : ISessions
{
    private sealed record Session(string UserId, string RefreshHash, DateTimeOffset ExpiresAt);

    private readonly ConcurrentDictionary<string, Session> _open = new();
    private readonly ConcurrentDictionary<string, string> _used = new();
    private int _number;

    public Task<string> OpenAsync(string userId, byte[] refreshHash, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var id = $"ses_{Interlocked.Increment(ref _number)}";
        _open[id] = new Session(userId, Convert.ToHexString(refreshHash), expiresAt);
        return Task.FromResult(id);
    }

    public Task<PlatformUser?> FindUserAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(_open.TryGetValue(sessionId, out var session) && now < session.ExpiresAt
            ? platform.Accounts.GetValueOrDefault(session.UserId)
            : null);
    }

    public Task<(string SessionId, PlatformUser User)?> RotateAsync(
        byte[] refreshHash, byte[] newRefreshHash, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Convert.ToHexString(refreshHash);
        if (_used.TryGetValue(hash, out var stolen))
        {
            _open.TryRemove(stolen, out _);
            return Task.FromResult<(string, PlatformUser)?>(null);
        }

        var (id, session) = _open.FirstOrDefault(pair => pair.Value.RefreshHash == hash);
        if (id is null)
        {
            return Task.FromResult<(string, PlatformUser)?>(null);
        }

        _used[hash] = id;
        _open[id] = session with { RefreshHash = Convert.ToHexString(newRefreshHash) };
        return Task.FromResult<(string, PlatformUser)?>((id, platform.Accounts[session.UserId]));
    }

    public Task CloseAsync(string sessionId, CancellationToken ct)
    {
        _open.TryRemove(sessionId, out _);
        return Task.CompletedTask;
    }
}

internal sealed class FakeRequestKeys : IRequestKeys
{
    private sealed record Known(Guid NewId, string Hash, StoredAnswer? Answer);

    private readonly ConcurrentDictionary<(string Owner, string Key), Known> _known = new();

    /// <summary>Every answer that was stored.</summary>
    public ConcurrentQueue<StoredAnswer> Stored { get; } = new();

    public Task<RequestKey> BeginAsync(string owner, string key, byte[] bodyHash, DateTimeOffset now, CancellationToken ct)
    {
        var hash = Convert.ToHexString(bodyHash);
        var known = _known.GetOrAdd((owner, key), _ => new Known(Guid.CreateVersion7(now), hash, null));
        return Task.FromResult(new RequestKey(known.NewId, known.Hash == hash, known.Answer));
    }

    public Task CompleteAsync(string owner, string key, StoredAnswer answer, CancellationToken ct)
    {
        Stored.Enqueue(answer);
        _known[(owner, key)] = _known[(owner, key)] with { Answer = answer };
        return Task.CompletedTask;
    }
}
