using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>Wakes the grain that delivers.</summary>
internal sealed class DeliveryWake(IGrainFactory grains) : IDeliveryWake
{
    public Task WakeAsync(string tenantId) => grains.GetGrain<INoticeDeliveryGrain>(tenantId).WakeAsync();
}
