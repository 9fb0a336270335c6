using System;
using System.Threading;
using System.Threading.Tasks;

namespace Orleans.Core
{
    /// <summary>One stored record of a grain.</summary>
    public interface IStorage
    {
        /// <summary>The row's version when last read or written; null while there is no row.</summary>
        string? Etag { get; }

        /// <summary>Whether a value is stored (a cleared row keeps its version and has none).</summary>
        bool RecordExists { get; }

        /// <exception cref="Orleans.Storage.InconsistentStateException">Somebody else has written since.</exception>
        Task ClearStateAsync();

        /// <exception cref="Orleans.Storage.InconsistentStateException">Somebody else has written since.</exception>
        Task WriteStateAsync();

        Task ReadStateAsync();

        Task ClearStateAsync(CancellationToken cancellationToken) => ClearStateAsync();

        Task WriteStateAsync(CancellationToken cancellationToken) => WriteStateAsync();

        Task ReadStateAsync(CancellationToken cancellationToken) => ReadStateAsync();
    }

    /// <inheritdoc cref="IStorage"/>
    public interface IStorage<TState> : IStorage
    {
        TState State { get; set; }
    }
}

namespace Orleans.Runtime
{
    /// <summary>State of a grain that is read before activation and written on demand.</summary>
    public interface IPersistentState<TState> : Orleans.Core.IStorage<TState>;

    /// <summary>
    /// Has a constructor parameter of a grain filled with its stored state. The name is the only thing that tells rows of one key
    /// apart, so it is unique per grain class.
    /// </summary>
    [AttributeUsage(AttributeTargets.Parameter)]
    public class PersistentStateAttribute : Attribute
    {
        public PersistentStateAttribute(string stateName, string? storageName = null)
        {
            ArgumentNullException.ThrowIfNull(stateName);
            StateName = stateName;
            StorageName = storageName;
        }

        public string StateName { get; }

        /// <summary>The storage provider's name; the embedded engine has one storage, whatever the name.</summary>
        public string? StorageName { get; }
    }
}
