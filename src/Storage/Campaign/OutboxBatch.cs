using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Storage.Campaign;

/// <summary>What one look at a campaign's outbox found.</summary>
/// <param name="Carried">The events that leave the outbox once they are carried.</param>
/// <param name="GoOnAfter">The last event that was looked at, when there may be more behind it.</param>
/// <param name="CarryAsync">Carries them to the central database; again does nothing more.</param>
internal sealed record OutboxBatch(ImmutableArray<Guid> Carried, Guid? GoOnAfter, Func<CancellationToken, Task> CarryAsync);
