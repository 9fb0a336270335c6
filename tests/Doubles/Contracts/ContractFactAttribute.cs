using System;
using Xunit;

namespace PrizeDraw.Doubles.Contracts;

/// <summary>A test of the contracts themselves: skipped, loudly, without the providers' documents, unless they are required.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractFactAttribute : FactAttribute
{
    public ContractFactAttribute() => Skip = ContractTests.Skip;
}

/// <summary>As <see cref="ContractFactAttribute"/>, for tests with cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ContractTheoryAttribute : TheoryAttribute
{
    public ContractTheoryAttribute() => Skip = ContractTests.Skip;
}

/// <summary>Whether tests of contracts are skipped. Where the documents are required, they run, and fail for want of them.</summary>
internal static class ContractTests
{
    public static string? Skip => ContractFolder.IsRequired || ContractFolder.Find() is not null ? null : ContractFolder.Absence;
}
