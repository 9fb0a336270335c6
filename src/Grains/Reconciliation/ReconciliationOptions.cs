using System;
using PrizeDraw.Domain.Reconciliation;

namespace PrizeDraw.Grains.Reconciliation;

/// <summary>When accounts are compared with what campaigns know, and when orphans go.</summary>
public sealed record ReconciliationOptions
{
    /// <summary>From one run of an account to the next; 1 minute to 7 days, default a day.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromDays(1);

    /// <summary>From a run that could not read its account to the next; 1 minute to 7 days, default an hour.</summary>
    public TimeSpan AfterFailure { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one run may take, its deletions included; default an hour.</summary>
    public TimeSpan RunTimeOut { get; init; } = TimeSpan.FromHours(1);

    public DeletionRules Deletion { get; init; } = new();

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Deletion.Validate();
        if (!Between(Every) || !Between(AfterFailure) || RunTimeOut <= TimeSpan.Zero)
        {
            throw new ArgumentException("Accounts are reconciled every minute to seven days.");
        }
    }

    private static bool Between(TimeSpan value) => value >= TimeSpan.FromMinutes(1) && value <= TimeSpan.FromDays(7);
}
