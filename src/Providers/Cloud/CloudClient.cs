using System;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud;

/// <summary>
/// Calls one provider's API for one account. Failures are <see cref="ProviderException"/>s; <see cref="OperationCanceledException"/> only when
/// the caller cancels.
/// </summary>
public sealed class CloudClient
{
    private readonly CloudExchange _exchange;
    private readonly CloudDialect _dialect;
    private readonly IRequestBudget _budget;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid. <paramref name="http"/>: <see cref="NewHttp"/>.</summary>
    public CloudClient(HttpClient http, CloudDialect dialect, CloudAccount account, CloudOptions options, IRequestBudget budget, TimeProvider clock)
    {
        options.Validate();
        (_exchange, _dialect, _budget, Account) = (new CloudExchange(http, dialect, account, options, clock), dialect, budget, account);
    }

    /// <summary>The account that is called for.</summary>
    public CloudAccount Account { get; }

    /// <summary>A client that follows no redirects, keeps no cookies and hands on no trace ids. One for all accounts of a process.</summary>
    public static HttpClient NewHttp() => CloudExchange.NewHttp();

    /// <summary>Makes a call and answers what came back.</summary>
    public async Task<CloudAnswer> SendAsync(CloudCall call, CancellationToken ct)
    {
        var bucket = call.Bucket.Length == 0 ? _dialect.Provider : $"{_dialect.Provider}.{call.Bucket}";
        await _budget.TakeAsync(Account.Id, bucket, call.Points, ct);
        var reply = await _exchange.SendAsync(call, ct);
        return reply.IsAnswer(call) ? new CloudAnswer(reply.Status, reply.Body, reply.RequestId) : throw _dialect.Refusal(call, reply.Status, reply.Body);
    }
}
