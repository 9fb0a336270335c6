using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud;

/// <summary>
/// How much may be asked of each account, shared by all campaigns (and, where it is kept centrally, by all hosts). Buckets are named
/// <c>provider</c> and <c>provider.family</c>: what is taken from a family is taken from the provider's own bucket too.
/// </summary>
public interface IRequestBudget
{
    /// <summary>
    /// Takes points, waiting until they are there and nothing is blocked. Where the budget itself can't be reached:
    /// <see cref="ProviderException"/>, <see cref="ProviderFault.Transient"/>.
    /// </summary>
    ValueTask TakeAsync(string account, string bucket, int points, CancellationToken ct);

    /// <summary>
    /// Nobody takes from this bucket (with <c>provider</c>: from none of the account) before that instant. Never shortens a block. Does not
    /// fail: it is told after a call that may have done something, whose answer must not be lost.
    /// </summary>
    ValueTask BlockAsync(string account, string bucket, DateTimeOffset until, CancellationToken ct);
}
