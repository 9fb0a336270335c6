using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Notices;

/// <summary>
/// Delivers one tenant's notices by e-mail and webhook, with retries. Key: the tenant's id. At least once: a receiver may be told twice when
/// a host ends between delivering and writing so.
/// </summary>
[Alias("notice-delivery-grain")]
public interface INoticeDeliveryGrain : IGrainWithStringKey
{
    /// <summary>There may be something to deliver. When this returns, a reminder stands that survives the host.</summary>
    [Alias("wake")] Task WakeAsync();
}
