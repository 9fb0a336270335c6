using System;
using System.Collections.Immutable;

namespace PrizeDraw.Grains.Abstractions.Draws;

/// <summary>What happened to a draw beside its steps.</summary>
/// <param name="IsWithheld">Whether it is committed and was not revealed by its deadline.</param>
/// <param name="VoidReason">Why it was declared void; null when it was not. A committed one is still revealed before it is void.</param>
/// <param name="SucceededBy">The draw that takes its place.</param>
/// <param name="Events">Oldest first.</param>
public sealed record DrawHistory(bool IsWithheld, string? VoidReason, string? SucceededBy, ImmutableArray<DrawEventView> Events);

/// <summary>An event of the certificate's chain.</summary>
/// <param name="Kind"><c>winner-replaced</c>, <c>closing-changed</c>, <c>voided</c> or <c>withheld</c>.</param>
/// <param name="Position">The winner's position that the prize was drawn for; null for the whole draw.</param>
/// <param name="EvidenceHash">Lower-case hex.</param>
/// <param name="Actor"><c>platform</c> or a user's id.</param>
public sealed record DrawEventView(
    string Kind, int? Position, string ReasonCode, string? Clause, string? EvidenceHash, string Actor, DateTimeOffset At);
