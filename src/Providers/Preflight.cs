using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers;

/// <summary>How a check beforehand ended.</summary>
public enum PreflightState
{
    /// <summary>Nothing is in the way.</summary>
    Passed,

    /// <summary>What was to be made can't be made until somebody has mended this.</summary>
    Failed,

    /// <summary>The provider does not tell beforehand, or did not answer.</summary>
    Unknown,
}

/// <summary>One thing that was asked before anything is made.</summary>
/// <param name="Provider">Such as <c>local</c> or <c>github</c>.</param>
/// <param name="Name">Stable, such as <c>token</c>, <c>quota</c> or <c>name</c>.</param>
/// <param name="Message">For users, without secrets: what was found and, unless it passed, what to do next.</param>
public sealed record PreflightCheck(string Provider, string Name, PreflightState State, string Message)
{
    /// <summary>Why it failed, or what kept it from being answered; null otherwise.</summary>
    public ProviderFault? Fault { get; init; }

    /// <inheritdoc cref="ProviderException.LimitedUntil"/>
    public DateTimeOffset? LimitedUntil { get; init; }
}

/// <summary>What is to be made: it may have been made already, with this marker and id.</summary>
/// <param name="Name">As the provider is asked for it.</param>
/// <param name="Nonce">The ownership marker, 16 hex digits.</param>
public sealed record PreflightTarget(string Name, string Nonce)
{
    /// <summary>The provider's id of it, once that is stored.</summary>
    public string? Id { get; init; }

    /// <summary>The provider's id of the team or person whose it is, where that is stored.</summary>
    public string? Account { get; init; }
}

/// <summary>Can be asked beforehand, changing nothing.</summary>
public interface IPreflight
{
    /// <summary>
    /// What stands in the way of making the target, or with none of anything: at most ten checks. Refusals are checks, not exceptions;
    /// <see cref="OperationCanceledException"/> only when the caller cancels.
    /// </summary>
    /// <param name="askedFor">How long one check may take, waits for the account's limits included.</param>
    Task<ImmutableArray<PreflightCheck>> CheckAsync(PreflightTarget? target, TimeSpan askedFor, CancellationToken ct);
}
