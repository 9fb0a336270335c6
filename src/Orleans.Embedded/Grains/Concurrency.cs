using System;

namespace Orleans.Concurrency;

/// <summary>Calls to a grain of this class interleave: while one awaits, another may take its turn.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ReentrantAttribute : Attribute;

/// <summary>Calls to this method of an interface start even while another call is under way.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AlwaysInterleaveAttribute : Attribute;
