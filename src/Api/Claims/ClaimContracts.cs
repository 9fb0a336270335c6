using System;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;

namespace PrizeDraw.Api.Claims;

/// <summary>A winner's claim as they see it.</summary>
/// <param name="State">told, claimed, lapsed, replaced, preparing, dispatched or delivered.</param>
/// <param name="Draw">The draw's name.</param>
/// <param name="Prize">What was won.</param>
/// <param name="Deadline">Until when it may be claimed.</param>
/// <param name="Publication">agreed or objected: whether surname and county may be published; null before the claim.</param>
/// <param name="Claimed">Whether it has been claimed.</param>
/// <param name="GuardianNeeded">Whether a parent or guardian must agree, since the winner is under 18.</param>
/// <param name="Carrier">Who carries the prize.</param>
/// <param name="Reference">The carrier's reference.</param>
[Example("""
    {"state":"told","draw":"Final","prize":"Weekend in Paris","deadline":"2027-01-15T09:00:00Z","publication":null,"claimed":false,"guardianNeeded":false,
     "carrier":null,"reference":null}
    """)]
public sealed record SiteClaimAnswer(
    string State, string? Draw, string Prize, DateTimeOffset Deadline, string? Publication, bool Claimed, bool GuardianNeeded, string? Carrier,
    string? Reference)
{
    internal static SiteClaimAnswer From(ClaimView claim, CampaignView campaign, DateTimeOffset now) => new(
        claim.StateAt(now),
        campaign.Settings.AllDraws().FirstOrDefault(draw => draw.Id == claim.DrawId)?.Name, claim.Prize, claim.Deadline, claim.Publication,
        claim.ClaimedAt is not null, claim.IsMinor, claim.Carrier, claim.Reference);
}

/// <summary>What a winner says of where the prize goes. Once it is claimed, publication alone may be sent to change that.</summary>
[Example("""{"name":"Ann Smith","address":"1 High Street, Leeds LS1 1AA","phone":"0113 496 0000","publication":"agreed"}""")]
public sealed record ClaimFields
{
    /// <summary>To whom the prize is sent.</summary>
    [StringLength(200)] public string? Name { get; init; }

    /// <summary>Where it is sent to.</summary>
    [StringLength(1_000)] public string? Address { get; init; }

    /// <summary>Where the carrier can ask.</summary>
    [StringLength(40)] public string? Phone { get; init; }

    /// <summary>A parent or guardian who agrees; needed for winners under 18.</summary>
    [StringLength(200)] public string? Guardian { get; init; }

    /// <summary>Whether surname and county may be published.</summary>
    [AllowedValues("agreed", "objected")] public string? Publication { get; init; }
}

/// <summary>How far a claimed prize is.</summary>
[Example("""{"state":"dispatched","carrier":"Royal Mail","reference":"AB123456789GB"}""")]
public sealed record ClaimChange
{
    /// <summary>Forward, or back by one step where a slip is put right.</summary>
    [AllowedValues("claimed", "preparing", "dispatched", "delivered")] public string? State { get; init; }

    /// <summary>Who carries the prize; the winner sees it.</summary>
    [StringLength(100)] public string? Carrier { get; init; }

    /// <summary>The carrier's reference; the winner sees it.</summary>
    [StringLength(100)] public string? Reference { get; init; }

    /// <summary>For those who see personal data.</summary>
    [StringLength(1_000)] public string? Note { get; init; }
}

/// <summary>A winner's claim.</summary>
public sealed record ClaimAnswer
{
    /// <summary>The claim's id.</summary>
    public required string Id { get; init; }

    /// <summary>The campaign that it belongs to.</summary>
    public required string CampaignId { get; init; }

    /// <summary>The draw that was won.</summary>
    public required string DrawId { get; init; }

    /// <summary>The winner's place in the draw's order, from 1.</summary>
    public required int Position { get; init; }

    /// <summary>The entry that won.</summary>
    public required string EntryId { get; init; }

    /// <summary>What was won.</summary>
    public required string Prize { get; init; }

    /// <summary>told, claimed, lapsed, replaced, preparing, dispatched or delivered.</summary>
    public required string State { get; init; }

    /// <summary>When the winner was told.</summary>
    public required DateTimeOffset ToldAt { get; init; }

    /// <summary>How the mail stands that told them: pending, sent or failed.</summary>
    public required string? Mail { get; init; }

    /// <summary>Until when it may be claimed.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When it was claimed.</summary>
    public required DateTimeOffset? ClaimedAt { get; init; }

    /// <summary>agreed or objected: whether surname and county may be published.</summary>
    public required string? Publication { get; init; }

    /// <summary>When the prize should be on its way at the latest, 30 days after the claim (CAP Code 8.15.1).</summary>
    public required DateTimeOffset? FulfilBy { get; init; }

    /// <summary>Whether that time has passed and the prize is not on its way.</summary>
    public required bool Overdue { get; init; }

    /// <summary>Who carries the prize.</summary>
    public required string? Carrier { get; init; }

    /// <summary>The carrier's reference.</summary>
    public required string? Reference { get; init; }

    /// <summary>When the prize was dispatched.</summary>
    public required DateTimeOffset? DispatchedAt { get; init; }

    /// <summary>When the prize was delivered.</summary>
    public required DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>What was noted, for those who see personal data; so are the fields below.</summary>
    public required string? Note { get; init; }

    /// <summary>The entrant's e-mail address.</summary>
    public required string? Email { get; init; }

    /// <summary>To whom the prize is sent.</summary>
    public required string? Name { get; init; }

    /// <summary>Where it is sent to.</summary>
    public required string? Address { get; init; }

    /// <summary>Where the carrier can ask.</summary>
    public required string? Phone { get; init; }

    /// <summary>The parent or guardian who agreed.</summary>
    public required string? Guardian { get; init; }

    internal static ClaimAnswer From(ClaimView view, string campaignId, DateTimeOffset now) => new()
    {
        Id = view.Id, CampaignId = campaignId, DrawId = view.DrawId, Position = view.Position, EntryId = view.EntryId, Prize = view.Prize,
        State = view.State, ToldAt = view.ToldAt, Mail = view.Mail, Deadline = view.Deadline, ClaimedAt = view.ClaimedAt, Publication = view.Publication,
        FulfilBy = view.FulfilBy(), Overdue = view.IsOverdueAt(now), Carrier = view.Carrier,
        Reference = view.Reference, DispatchedAt = view.DispatchedAt, DeliveredAt = view.DeliveredAt, Note = view.Note, Email = view.Person?.Email,
        Name = view.Person?.Name, Address = view.Person?.Address, Phone = view.Person?.Phone, Guardian = view.Person?.Guardian,
    };
}
