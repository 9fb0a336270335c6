using System.Collections.Generic;

namespace PrizeDraw.Domain;

/// <summary>What is wrong with one field of the input; the path is spelled as in the request's JSON.</summary>
public sealed record FieldError(string Field, string Message);

/// <summary>
/// A refusal as a fact. <see cref="Code"/> is stable (<c>noun.fact</c>); <see cref="Message"/> says what to do about it.
/// </summary>
public abstract record DomainError(string Code, string Message)
{
    /// <summary>Errors by field, for bad input.</summary>
    public virtual IReadOnlyList<FieldError> Fields => [];
}
