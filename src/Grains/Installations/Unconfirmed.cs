using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Installations;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Grains.Installations;

/// <summary>Keeps what a person asks for waiting until the incarnation is confirmed.</summary>
internal static class Unconfirmed
{
    /// <summary>The refusal <c>installation.unconfirmed</c>; null once the incarnation may act.</summary>
    public static async Task<Refusal?> RefusalAsync(this IIncarnation incarnation) =>
        await incarnation.IsConfirmedAsync(CancellationToken.None) ? null : Refusals.Of(new IncarnationIsUnconfirmed());
}
