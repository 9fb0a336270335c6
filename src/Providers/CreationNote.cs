using System;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers;

/// <summary>
/// Kept by whoever asks for a creation, from right before the call: what is not shown later may have been made by a call that nobody heard the end of, and was not
/// where each was refused.
/// </summary>
/// <param name="IsSet">Whether an earlier call was noted of which nobody knows how it ended: a later refusal says nothing of that one.</param>
/// <param name="SetAsync">Notes the call (true), or that it was refused (false).</param>
public sealed record CreationNote(bool IsSet, Func<bool, CancellationToken, Task> SetAsync)
{
    /// <summary>A plain refusal, or a call that never left. A redirection, a conflict, and that the name exists leave open what there is.</summary>
    private static bool IsCertain(ProviderException e) => e is { MayHaveHappened: false, Fault: not ProviderFault.NameTaken, Status: null or (>= 400 and not 409) };

    /// <summary>Makes a call that creates: after the one, and before the other where that is certain.</summary>
    internal static async Task<T> AroundAsync<T>(CreationNote? note, Func<Task<T>> create, CancellationToken ct)
    {
        if (note is null or { IsSet: true })
        {
            return await create();
        }

        await note.SetAsync(true, ct);
        try
        {
            return await create();
        }
        catch (ProviderException e) when (IsCertain(e))
        {
            await note.SetAsync(false, ct);
            throw;
        }
    }
}
