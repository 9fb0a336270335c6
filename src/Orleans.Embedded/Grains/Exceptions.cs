using System;

namespace Orleans.Runtime
{
    /// <summary>The root of the engine's own exceptions.</summary>
    [GenerateSerializer]
    public class OrleansException : Exception
    {
        public OrleansException()
            : base("Unexpected error.")
        {
        }

        public OrleansException(string message)
            : base(message)
        {
        }

        public OrleansException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>A call could not be handed to an activation.</summary>
    [GenerateSerializer]
    public class OrleansMessageRejectionException : OrleansException
    {
        internal OrleansMessageRejectionException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The host is stopping, or has stopped, and takes no more calls.</summary>
    [GenerateSerializer]
    public sealed class SiloUnavailableException : OrleansMessageRejectionException
    {
        public SiloUnavailableException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The engine is set up in a way that cannot work.</summary>
    [GenerateSerializer]
    public sealed class OrleansConfigurationException : Exception
    {
        public OrleansConfigurationException(string message)
            : base(message)
        {
        }

        public OrleansConfigurationException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace Orleans.Storage
{
    /// <summary>
    /// Somebody else has written the state since this activation read it. Nothing was written. If it leaves the grain the
    /// activation ends, so that the next one reads the truth.
    /// </summary>
    [GenerateSerializer]
    public class InconsistentStateException : Orleans.Runtime.OrleansException
    {
        public InconsistentStateException()
        {
        }

        public InconsistentStateException(string message)
            : base(message)
        {
        }

        public InconsistentStateException(string message, Exception? innerException)
            : base(message, innerException!)
        {
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag, Exception? storageException)
            : base(errorMsg, storageException!)
        {
            StoredEtag = storedEtag;
            CurrentEtag = currentEtag;
        }

        public InconsistentStateException(string errorMsg, string? storedEtag, string? currentEtag)
            : this(errorMsg, storedEtag, currentEtag, null)
        {
        }

        /// <summary>What the table holds, if known.</summary>
        [Id(1)] public string? StoredEtag { get; private set; }

        /// <summary>What the activation held.</summary>
        [Id(2)] public string? CurrentEtag { get; private set; }

        [Id(0)] internal bool IsSourceActivation { get; set; } = true;
    }
}
