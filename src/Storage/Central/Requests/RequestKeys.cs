using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Storage.Central.Requests;

/// <inheritdoc cref="IRequestKeys"/>
internal sealed class RequestKeys(CentralDatabase central) : IRequestKeys
{
    // One statement: the update that changes nothing makes an earlier row come back, and waits for one that is being inserted.
    private const string Begin =
        """
        insert into request_key (owner, key, body_hash, new_id, created_at) values ($1, $2, $3, $4, $5)
        on conflict (owner, key) do update set owner = excluded.owner
        returning new_id, body_hash = $3, status, location, etag, body
        """;

    private const string Complete =
        """
        update request_key set status = $3, location = $4, etag = $5, body = $6
        where owner = $1 and key = $2 and status is null
        """;

    public async Task<RequestKey> BeginAsync(string owner, string key, byte[] bodyHash, DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        return (await connection.FindAsync(
            Begin, [owner, key, bodyHash, Guid.CreateVersion7(now), now],
            row => new RequestKey(
                row.GetGuid(0), row.GetBoolean(1),
                row.IsDBNull(2) ? null : new StoredAnswer(row.GetInt32(2), row.TextOrNull(3), row.TextOrNull(4), row.GetString(5))),
            ct))!;
    }

    public async Task CompleteAsync(string owner, string key, StoredAnswer answer, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        await connection.RunAsync(Complete, [owner, key, answer.Status, answer.Location, answer.ETag, answer.Body], ct);
    }
}

/// <summary>Forgets old Idempotency-Keys.</summary>
public sealed class RequestKeySweep(CentralDatabase central)
{
    /// <summary>How long a key is remembered.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(48);

    /// <summary>Deletes keys that are older than <see cref="KeptFor"/>; answers how many.</summary>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        return await connection.RunAsync("delete from request_key where created_at < $1", [now - KeptFor], ct);
    }
}
