using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans
{
    /// <summary>A grain that takes reminders: ticks that outlive the activation and the process.</summary>
    public interface IRemindable : IGrain
    {
        /// <summary>Called at least once for every tick that falls due while a host runs, and at start for one that is overdue.</summary>
        Task ReceiveReminder(string reminderName, TickStatus status);
    }

    /// <summary>Registering, finding and ending reminders from inside a grain.</summary>
    public static class GrainReminderExtensions
    {
        /// <summary>Stores a reminder, or replaces the one of that name; when this returns it is durable.</summary>
        /// <param name="grain">The grain, which implements <see cref="IRemindable"/>.</param>
        /// <param name="reminderName">Unique in the grain.</param>
        /// <param name="dueTime">From now to the first tick; not negative.</param>
        /// <param name="period">Between ticks; at least one minute.</param>
        /// <exception cref="ArgumentException">The period is below the minimum.</exception>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(
            this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
        {
            RequireName(reminderName);
            return grain is IRemindable
                ? Registry(grain).RegisterOrUpdateReminder(grain.GrainContext.GrainId, reminderName, dueTime, period)
                : throw new InvalidOperationException($"Grain {grain.GrainContext.GrainId} does not implement {nameof(IRemindable)}.");
        }

        /// <inheritdoc cref="RegisterOrUpdateReminder(IGrainBase, string, TimeSpan, TimeSpan)"/>
        public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
            RegisterOrUpdateReminder((IGrainBase)grain, reminderName, dueTime, period);

        /// <summary>Ends a reminder.</summary>
        /// <exception cref="ReminderException">It was replaced meanwhile: get it again.</exception>
        public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) =>
            Registry(grain).UnregisterReminder(grain.GrainContext.GrainId, reminder);

        /// <inheritdoc cref="UnregisterReminder(IGrainBase, IGrainReminder)"/>
        public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) => UnregisterReminder((IGrainBase)grain, reminder);

        /// <summary>The reminder of that name, or null.</summary>
        public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
        {
            RequireName(reminderName);
            return Registry(grain).GetReminder(grain.GrainContext.GrainId, reminderName);
        }

        /// <inheritdoc cref="GetReminder(IGrainBase, string)"/>
        public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) => GetReminder((IGrainBase)grain, reminderName);

        /// <summary>All reminders of the grain.</summary>
        public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) =>
            Registry(grain).GetReminders(grain.GrainContext.GrainId);

        /// <inheritdoc cref="GetReminders(IGrainBase)"/>
        public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => GetReminders((IGrainBase)grain);

        private static IReminderRegistry Registry(IGrainBase grain)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return ((Activation)grain.GrainContext).Runtime.Reminders;
        }

        private static void RequireName(string reminderName)
        {
            if (string.IsNullOrWhiteSpace(reminderName))
            {
                throw new ArgumentNullException(nameof(reminderName));
            }
        }
    }
}

namespace Orleans.Runtime
{
    /// <summary>A stored reminder.</summary>
    public interface IGrainReminder
    {
        string ReminderName { get; }
    }

    /// <summary>When a reminder began, its period, and the time of this tick; all in UTC.</summary>
    [GenerateSerializer, Immutable]
    public readonly struct TickStatus
    {
        public TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
        {
            FirstTickTime = firstTickTime;
            Period = period;
            CurrentTickTime = timeStamp;
        }

        [Id(0)] public DateTime FirstTickTime { get; }

        [Id(1)] public TimeSpan Period { get; }

        [Id(2)] public DateTime CurrentTickTime { get; }

        public override string ToString() => $"<{FirstTickTime}, {Period}, {CurrentTickTime}>";
    }

    /// <summary>A reminder could not be changed because it was changed meanwhile.</summary>
    [GenerateSerializer]
    public sealed class ReminderException(string message) : OrleansException(message);
}

namespace Orleans.Timers
{
    /// <summary>Reminders by grain id; grain code uses the extension methods of <see cref="GrainReminderExtensions"/>.</summary>
    public interface IReminderRegistry
    {
        Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);

        Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);

        Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);

        Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
    }
}
