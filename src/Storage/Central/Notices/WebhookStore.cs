using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>What came of a write to a tenant's webhooks.</summary>
public enum WebhookWrite
{
    /// <summary>Written, with its audit event.</summary>
    Done,

    /// <summary>There is no such webhook, or no such tenant.</summary>
    NotFound,

    /// <summary>The tenant has as many as it may have.</summary>
    TooMany,
}

/// <summary>Writes webhooks, each in one transaction with its audit event. Called by the tenant's webhook grain alone.</summary>
public sealed class WebhookStore(CentralDatabase central, SecretBox box, TimeProvider time)
{
    private const string Table = "webhook";

    private const string Find = "select webhook_id, url, events, created_at, secret from webhook where tenant_id = $1 and webhook_id = $2";

    // Two hosts that add at once take turns on the tenant's row, so that the limit holds.
    private const string Lock = "select 1 from tenant where tenant_id = $1 for update";

    private const string Insert =
        "insert into webhook (tenant_id, webhook_id, url, events, secret, created_at) values ($1, $2, $3, $4, $5, $6)";

    private const string Delete = "delete from webhook where tenant_id = $1 and webhook_id = $2";

    private const string GiveUp =
        """
        update delivery set state = 'failed', next_at = null, ended_at = $3, error = 'The webhook was deleted.'
        where tenant_id = $1 and channel = 'webhook' and target = $2 and state = 'pending'
        """;

    /// <summary>Adds a webhook with a new secret. The same id again answers what is there.</summary>
    public async Task<(WebhookWrite Outcome, WebhookWithSecret? Webhook)> AddAsync(
        Guid tenant, Guid id, string url, ImmutableArray<string> events, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (await work.Connection.ScalarAsync<int>(Lock, [tenant], ct) == 0)
        {
            return (WebhookWrite.NotFound, null);
        }

        if (await FindAsync(work, tenant, id, ct) is { } there)
        {
            return (WebhookWrite.Done, there);
        }

        if (await work.Connection.ScalarAsync<long>("select count(*) from webhook where tenant_id = $1", [tenant], ct) >= WebhookRules.WebhooksMax)
        {
            return (WebhookWrite.TooMany, null);
        }

        var (now, secret) = (time.GetUtcNow(), "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await work.Connection.RunAsync(
            Insert, [tenant, id, url, events.ToArray(), box.SealText(secret, Table, id.ToString("n")), now], ct);
        await AuditAsync(work, tenant, id, "webhook.created", actor, null, Facts(url, events), ct);
        await work.CommitAsync(ct);
        return (WebhookWrite.Done, new WebhookWithSecret(new WebhookView(Ids.Format(Ids.Webhook, id), url, events, now), secret));
    }

    /// <summary>Deletes the webhook; deliveries to it that are pending fail.</summary>
    public async Task<WebhookWrite> RemoveAsync(Guid tenant, Guid id, string actor, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        if (await FindAsync(work, tenant, id, ct) is not { } there || await work.Connection.RunAsync(Delete, [tenant, id], ct) == 0)
        {
            return WebhookWrite.NotFound;
        }

        await work.Connection.RunAsync(GiveUp, [tenant, Ids.Format(Ids.Webhook, id), time.GetUtcNow()], ct);
        await AuditAsync(work, tenant, id, "webhook.deleted", actor, Facts(there.Webhook.Url, there.Webhook.Events), null, ct);
        await work.CommitAsync(ct);
        return WebhookWrite.Done;
    }

    /// <summary>The webhook with its secret; null when it is not there. Throws <see cref="SecretException"/>.</summary>
    public async Task<WebhookWithSecret?> FindAsync(Guid tenant, Guid id, CancellationToken ct)
    {
        await using var work = await central.BeginAsync(tenant, ct);
        return await FindAsync(work, tenant, id, ct);
    }

    private async Task<WebhookWithSecret?> FindAsync(CentralUnitOfWork work, Guid tenant, Guid id, CancellationToken ct) =>
        await work.Connection.FindAsync(
            Find, [tenant, id],
            row => new WebhookWithSecret(
                WebhookQueries.Read(row), box.OpenText(row.GetFieldValue<byte[]>(4), Table, row.GetGuid(0).ToString("n"))), ct);

    private async Task AuditAsync(
        CentralUnitOfWork work, Guid tenant, Guid id, string action, string actor, object? before, object? after, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        await work.AuditAsync(
            new AuditEvent(tenant, Guid.CreateVersion7(now), now, null, actor, action, Ids.Format(Ids.Webhook, id), before, after), ct);
    }

    // Path and query of a receiver's address often hold its own token.
    private static object Facts(string url, ImmutableArray<string> events) =>
        new { Origin = new Uri(url).GetLeftPart(UriPartial.Authority), Events = events.ToArray() };
}

/// <inheritdoc cref="IWebhookQueries"/>
internal sealed class WebhookQueries(ScopedReads reads) : IWebhookQueries
{
    private const string List =
        """
        select webhook_id, url, events, created_at from webhook where tenant_id = $1 and ($2::uuid is null or webhook_id < $2)
        order by webhook_id desc limit $3
        """;

    public async Task<Page<WebhookView>> ListAsync(string tenantId, int limit, string? cursor, CancellationToken ct)
    {
        var (tenant, after) = (Ids.Parse(Ids.Tenant, tenantId), Cursor.Read(cursor));
        await using var read = await reads.OpenAsync([tenant], ct);
        var found = await read.Connection.ListAsync(List, [tenant, after, Cursor.Fetch(limit)], Read, ct);
        return Cursor.Cut(found, limit, webhook => Ids.Parse(Ids.Webhook, webhook.Id));
    }

    internal static WebhookView Read(NpgsqlDataReader row) =>
        new(Ids.Format(Ids.Webhook, row.GetGuid(0)), row.GetString(1), [.. row.GetFieldValue<string[]>(2)], row.Time(3));
}
