using System;

namespace PrizeDraw.Providers;

/// <summary>Why a provider did not do what it was asked; decides what the saga does next.</summary>
public enum ProviderFault
{
    /// <summary>May work when tried again: a time-out, a refused connection, a busy lock.</summary>
    Transient,

    /// <summary>The name belongs to somebody else. Never retried, never deleted by us.</summary>
    NameTaken,

    /// <summary>A quota or limit is used up. Not retried.</summary>
    Quota,

    /// <summary>The credential is missing, expired or lacks a right.</summary>
    Unauthorized,

    /// <summary>What was asked cannot work: a build that fails, a template that lacks a file. Not retried.</summary>
    Rejected,
}

/// <summary>A provider's refusal. <see cref="Exception.Message"/> is shown to the user: it says what to do next and holds no secret.</summary>
public sealed class ProviderException(ProviderFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ProviderFault Fault { get; } = fault;

    /// <summary>
    /// Whether what was asked may have happened all the same (a time-out, a connection that broke, a 5xx after a write): look before asking again.
    /// </summary>
    public bool MayHaveHappened { get; init; }

    /// <summary>The HTTP status that it was told with; null where there was no answer, or none by HTTP.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// Until when the provider, or our own budget of requests to it, wants to be left alone: nothing has failed, and asking earlier brings nothing. Null
    /// where no limit is the reason.
    /// </summary>
    public DateTimeOffset? LimitedUntil { get; init; }
}
