using System;
using System.Collections.Generic;
using System.Linq;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace PrizeDraw.Walk.Support;

/// <summary>The place of a test in a walk whose steps build on each other.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepAttribute : Attribute
{
    public required int Number { get; init; }
}

/// <summary>Runs a class's tests in the order of their steps.</summary>
public sealed class InOrder : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase =>
        testCases.OrderBy(c => c.TestMethod.Method.GetCustomAttributes(typeof(StepAttribute).AssemblyQualifiedName!)
            .Single().GetNamedArgument<int>(nameof(StepAttribute.Number)));
}
