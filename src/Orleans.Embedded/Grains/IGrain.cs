using System;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Anything that can be called by reference.</summary>
    public interface IAddressable;
}

namespace Orleans
{
    /// <summary>The root of grain interfaces.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>
    /// Names a grain class in ids and stored reminders. Without it the name is the class's, lower-cased, less a final "Grain".
    /// </summary>
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class GrainTypeAttribute(string grainType) : Attribute
    {
        internal string GrainType { get; } = grainType;
    }
}
