using System;
using Orleans.Runtime;

namespace Orleans;

/// <summary>Ids and references of grains.</summary>
public static class GrainExtensions
{
    /// <summary>The grain as a reference of that interface, safe to hand to others.</summary>
    public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) =>
        (TGrainInterface)grain.AsReference(typeof(TGrainInterface));

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static TGrainInterface Cast<TGrainInterface>(this IAddressable grain) => grain.AsReference<TGrainInterface>();

    /// <inheritdoc cref="AsReference{TGrainInterface}"/>
    public static object AsReference(this IAddressable grain, Type interfaceType) => grain switch
    {
        null => throw new ArgumentNullException(nameof(grain)),
        GrainReference reference when interfaceType.IsInstanceOfType(reference) => reference,
        GrainReference reference => reference.Runtime.Reference(interfaceType, reference.GrainId),
        IGrainBase { GrainContext: Activation activation } => activation.Runtime.Reference(interfaceType, activation.GrainId),
        _ => throw Unexpected(grain),
    };

    /// <summary>The grain's id.</summary>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        null => throw new ArgumentNullException(nameof(grain)),
        GrainReference reference => reference.GrainId,
        IGrainBase @base => @base.GrainContext.GrainId,
        _ => throw Unexpected(grain),
    };

    /// <summary>The grain's key.</summary>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key.ToString();

    private static ArgumentException Unexpected(IAddressable grain) =>
        new($"{grain.GetType().FullName} is neither a grain reference nor a grain made by the engine.", nameof(grain));
}
