using System;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Makes references to grains. A reference is made without any I/O; the first call activates the grain.</summary>
public interface IGrainFactory
{
    /// <param name="primaryKey">The grain's key; not blank.</param>
    /// <param name="grainClassNamePrefix">Chooses among classes that implement the interface, by the start of their full name.</param>
    /// <exception cref="ArgumentException">No class, or more than one, implements the interface; or the key is blank.</exception>
    TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey;

    /// <inheritdoc cref="GetGrain{TGrainInterface}(string, string?)"/>
    IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey);

    /// <summary>A reference to a grain whose id is known.</summary>
    TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable;
}

/// <summary>The same for code outside grains.</summary>
public interface IClusterClient : IGrainFactory
{
    IServiceProvider ServiceProvider { get; }
}
