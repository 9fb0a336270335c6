using System.Threading.Tasks;

namespace PrizeDraw.Storage.Central.Notices;

/// <summary>Tells whoever delivers a tenant's notices that there may be some; returns once no crash can make that forgotten.</summary>
public interface IDeliveryWake
{
    Task WakeAsync(string tenantId);
}

/// <summary>Where nothing delivers.</summary>
internal sealed class NoDelivery : IDeliveryWake
{
    public Task WakeAsync(string tenantId) => Task.CompletedTask;
}
