using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Claims;

/// <summary>
/// Delivers one campaign's mails to entrants, with retries. Key: <see cref="GrainKeys.Campaign"/>. At least once: somebody may be told twice
/// when a host ends between sending and writing so, unless the mail provider tells by the message's key that it is the same.
/// </summary>
[Alias("entrant-mail-grain")]
public interface IEntrantMailGrain : IGrainWithStringKey
{
    /// <summary>There may be something to send. When this returns, a reminder stands that survives the host.</summary>
    [Alias("wake")] Task WakeAsync();
}
