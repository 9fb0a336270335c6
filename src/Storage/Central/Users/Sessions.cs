using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Storage.Central.Users;

/// <inheritdoc cref="ISessions"/>
internal sealed class Sessions(CentralDatabase central, TimeProvider time) : ISessions
{
    /// <summary>Prefix of a session's public id.</summary>
    private const string SessionPrefix = "ses";

    private const string Open =
        """
        with opened as (insert into user_session (session_id, user_id, created_at, expires_at) values ($1, $2, $3, $4))
        insert into session_refresh (refresh_hash, session_id) values ($5, $1)
        """;

    private const string FindUser =
        $"""
        select {UserRow.Columns} from user_session s join platform_user u on u.user_id = s.user_id
        where s.session_id = $1 and s.ended_at is null and s.expires_at > $2 and not u.disabled
        """;

    // The row lock makes two uses of one token take turns: the second finds it used.
    private const string Use =
        "update session_refresh set used_at = $2 where refresh_hash = $1 and used_at is null returning session_id";

    private const string EndOfUsed =
        """
        update user_session s set ended_at = $2 from session_refresh r
        where r.refresh_hash = $1 and s.session_id = r.session_id and s.ended_at is null
        """;

    private const string Close = "update user_session set ended_at = $2 where session_id = $1 and ended_at is null";

    public async Task<string> OpenAsync(string userId, byte[] refreshHash, DateTimeOffset expiresAt, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var session = Guid.CreateVersion7(now);
        await using var connection = await central.OpenSystemAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        // Expired sessions have no use; a login is the moment when somebody pays for tidying.
        await connection.RunAsync(
            "delete from user_session where user_id = $1 and expires_at < $2", [Ids.Parse(Ids.User, userId), now], ct);
        await connection.RunAsync(Open, [session, Ids.Parse(Ids.User, userId), now, expiresAt, refreshHash], ct);
        await transaction.CommitAsync(ct);
        return Ids.Format(SessionPrefix, session);
    }

    public async Task<PlatformUser?> FindUserAsync(string sessionId, DateTimeOffset now, CancellationToken ct)
    {
        if (!Ids.TryParse(SessionPrefix, sessionId, out var session))
        {
            return null;
        }

        await using var connection = await central.OpenSystemAsync(ct);
        return await connection.FindAsync(FindUser, [session, now], UserRow.ReadAccount, ct);
    }

    public async Task<(string SessionId, PlatformUser User)?> RotateAsync(
        byte[] refreshHash, byte[] newRefreshHash, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenSystemAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var session = await connection.ScalarAsync<Guid?>(Use, [refreshHash, now], ct);
        if (session is null)
        {
            await connection.RunAsync(EndOfUsed, [refreshHash, now], ct);
            await transaction.CommitAsync(ct);
            return null;
        }

        var user = await connection.FindAsync(FindUser, [session, now], UserRow.ReadAccount, ct);
        if (user is null)
        {
            return null;
        }

        await connection.RunAsync(
            "insert into session_refresh (refresh_hash, session_id) values ($1, $2)", [newRefreshHash, session], ct);
        await transaction.CommitAsync(ct);
        return (Ids.Format(SessionPrefix, session.Value), user);
    }

    public async Task CloseAsync(string sessionId, CancellationToken ct)
    {
        if (Ids.TryParse(SessionPrefix, sessionId, out var session))
        {
            await using var connection = await central.OpenSystemAsync(ct);
            await connection.RunAsync(Close, [session, time.GetUtcNow()], ct);
        }
    }
}
