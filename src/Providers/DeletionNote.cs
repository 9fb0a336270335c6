using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers;

/// <summary>
/// Kept by whoever asks for a deletion, from right before the call until it is known what became of it: what was seen then and is not any more was deleted by that
/// call, which needs no other witness.
/// </summary>
/// <param name="IsSet">Whether an earlier call was noted of which nobody knows how it ended.</param>
/// <param name="SetAsync">Notes it (true), or that nothing was deleted (false).</param>
public sealed record DeletionNote(bool IsSet, Func<bool, CancellationToken, Task> SetAsync)
{
    /// <summary>A refusal of what is there: the thing would have been answered "not found", had an attempt before deleted it.</summary>
    private static bool SaysItIsThere(ProviderException e) => e is { Status: 403 or 409 or 422 or 423, LimitedUntil: null };

    /// <summary>What was noted has not come about.</summary>
    internal static Task TakeBackAsync(DeletionNote? note, CancellationToken ct) => note is { IsSet: true } ? note.SetAsync(false, ct) : Task.CompletedTask;

    /// <summary>Makes a call that deletes, between the two.</summary>
    internal static async Task AroundAsync(DeletionNote? note, Func<Task> delete, CancellationToken ct)
    {
        await (note?.SetAsync(true, ct) ?? Task.CompletedTask);
        try
        {
            await delete();
        }
        catch (ProviderException e) when (note is not null && (!e.MayHaveHappened || SaysItIsThere(e)))
        {
            await note.SetAsync(false, ct);
            throw;
        }
    }
}
