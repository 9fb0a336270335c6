using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Api.Identity;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;

namespace PrizeDraw.Api.Draws;

/// <summary>A draw as it stands.</summary>
public sealed record DrawAnswer
{
    /// <summary>The draw's id.</summary>
    public required string Id { get; init; }

    /// <summary>The campaign that it belongs to.</summary>
    public required string CampaignId { get; init; }

    /// <summary>Shown on the site.</summary>
    public required string Name { get; init; }

    /// <summary>planned, frozen, committed, drawn, completed, void or withheld.</summary>
    public required string State { get; init; }

    /// <summary>Evidence level; committed is not evidence.</summary>
    public required string Level { get; init; }

    /// <summary>one-per-person or unlimited.</summary>
    public required string Rule { get; init; }

    /// <summary>How many backup winners are drawn.</summary>
    public required int Reserves { get; init; }

    /// <summary>What is drawn, in order, each unit by itself.</summary>
    public required IReadOnlyList<string> Prizes { get; init; }

    /// <summary>When the list is frozen.</summary>
    public required DateTimeOffset? At { get; init; }

    /// <summary>When the winners were drawn.</summary>
    public required DateTimeOffset? DrawnAt { get; init; }

    /// <summary>When the winners were published.</summary>
    public required DateTimeOffset? PublishedAt { get; init; }

    /// <summary>Hash of the committed rules, lower-case hex.</summary>
    public required string? RulesHash { get; init; }

    /// <summary>Hash of the committed secret, lower-case hex.</summary>
    public required string? SecretHash { get; init; }

    /// <summary>Merkle root of the frozen list, lower-case hex.</summary>
    public required string? Root { get; init; }

    /// <summary>Entries that take part.</summary>
    public required long? Eligible { get; init; }

    /// <summary>Entries that don't.</summary>
    public required long? Excluded { get; init; }

    /// <summary>It covers entries from this instant on; null is all.</summary>
    public required DateTimeOffset? From { get; init; }

    /// <summary>It covers entries before this instant; null is all.</summary>
    public required DateTimeOffset? Until { get; init; }

    /// <summary>Whether entries that it covers may have been taken before it was planned.</summary>
    public required bool AddedLater { get; init; }

    /// <summary>The beacon's round that was committed to; null without a beacon, and before.</summary>
    public required long? Round { get; init; }

    /// <summary>When the round appears.</summary>
    public required DateTimeOffset? RoundAt { get; init; }

    /// <summary>Hash of the commitment, lower-case hex.</summary>
    public required string? CommitmentHash { get; init; }

    /// <summary>Days within which a winner claims; null where winners claim nothing here.</summary>
    public required int? ClaimDays { get; init; }

    /// <summary>The void draw that this one takes the place of.</summary>
    public required string? Succeeds { get; init; }

    /// <summary>How far it is, and what it waits for.</summary>
    public required DrawProgress? Progress { get; init; }

    /// <summary>Path of the published commitment; null before.</summary>
    public required string? CommitmentUrl { get; init; }

    /// <summary>Path of the certificate; null before.</summary>
    public required string? CertificateUrl { get; init; }

    /// <summary>Path of the certificate as a page for people; null before.</summary>
    public required string? CertificatePageUrl { get; init; }

    /// <summary>Path of the frozen list; null before its commitment is published.</summary>
    public required string? EntriesUrl { get; init; }

    /// <summary>Who was asked to supply the randomness, at level observed; newest first.</summary>
    public required IReadOnlyList<DrawObserver> Observers { get; init; }

    /// <summary>Winners and reserves in the order drawn, provisional until published.</summary>
    public required IReadOnlyList<DrawWinner> Winners { get; init; }

    /// <summary>Why it was declared void; null when it was not. A committed draw is still revealed at its round before it is void.</summary>
    public string? VoidReason { get; init; }

    /// <summary>The draw that takes the place of this void one.</summary>
    public string? SucceededBy { get; init; }

    /// <summary>What happened since the commitment, oldest first, as the certificate's chain has it.</summary>
    public IReadOnlyList<DrawHappening> Events { get; init; } = [];

    internal static DrawAnswer Of(DrawView view, CampaignSettings settings) => Of(view, view.Stand ?? new DrawStand(), settings);

    private static DrawAnswer Of(DrawView view, DrawStand stand, CampaignSettings settings) => new()
    {
        Id = view.Id, CampaignId = view.CampaignId, Name = view.Name, State = view.State, Level = view.Level, Rule = view.Rule,
        Reserves = view.Reserves, Prizes = view.Prizes, At = view.At, DrawnAt = view.DrawnAt, PublishedAt = view.PublishedAt,
        RulesHash = view.RulesHash, SecretHash = view.SecretHash, Root = view.Root, Eligible = view.Eligible, Excluded = view.Excluded,
        Winners = [.. view.Winners.Select(DrawWinner.From)],
        VoidReason = view.History?.VoidReason, SucceededBy = view.History?.SucceededBy,
        Events = [.. (view.History?.Events ?? []).Select(DrawHappening.From)],
        From = stand.From, Until = stand.Until, AddedLater = stand.AddedLater, Round = stand.Round, RoundAt = stand.RoundAt,
        CommitmentHash = stand.CommitmentHash, Succeeds = stand.Succeeds, Progress = DrawProgress.Of(view, stand),
        ClaimDays = settings.AllDraws().FirstOrDefault(draw => draw.Id == view.Id)?.ClaimDays,
        CommitmentUrl = stand.IsCommitmentPublic ? Path(settings, view.Id, "commitment") : null,
        EntriesUrl = stand.IsCommitmentPublic ? Path(settings, view.Id, "entries.jsonl") : null,
        CertificateUrl = stand.IsCertified ? Path(settings, view.Id, "certificate") : null,
        CertificatePageUrl = stand.IsCertified ? Path(settings, view.Id, "certificate.html") : null,
        Observers = [.. stand.Observers.Select(DrawObserver.Of)],
    };

    internal static DrawAnswer Planned(string campaignId, DrawSettings draw) => new()
    {
        Id = draw.Id!, CampaignId = campaignId, Name = draw.Name, State = "planned", Level = draw.Level, Rule = draw.Rule,
        Reserves = draw.Reserves, Prizes = [.. draw.Prizes.SelectMany(prize => Enumerable.Repeat(prize.Name, prize.Quantity))], At = draw.At,
        DrawnAt = null, PublishedAt = null, RulesHash = null, SecretHash = null, Root = null, Eligible = null, Excluded = null, Winners = [],
        From = draw.From, Until = draw.Until, AddedLater = false, Round = null, RoundAt = null, CommitmentHash = null, ClaimDays = draw.ClaimDays,
        Succeeds = draw.Succeeds, Progress = null, CommitmentUrl = null, CertificateUrl = null, CertificatePageUrl = null, EntriesUrl = null,
        Observers = [],
    };

    private static string Path(CampaignSettings settings, string id, string file) => $"/v1/sites/{settings.Slug}/draws/{id}/{file}";

    /// <summary>The campaign's draws; one that is set but not yet in the campaign's database is planned.</summary>
    internal static async Task<ImmutableArray<DrawAnswer>> AllAsync(
        CampaignView campaign, Caller caller, ICampaignDataQueries data, CancellationToken ct)
    {
        var stored = await data.DrawsAsync(campaign.TenantId, campaign.Id, caller.SeesPersonalData, ct);
        var set = campaign.Settings.AllDraws();
        return
        [
            // One that was planned and taken out of the settings again is no draw of the campaign's.
            .. stored.Where(view => view.State != "planned" || set.Any(draw => draw.Id == view.Id)).Select(view => Of(view, campaign.Settings)),
            .. set.Where(draw => draw.Id is not null && stored.All(view => view.Id != draw.Id)).Select(draw => Planned(campaign.Id, draw)),
        ];
    }
}

/// <summary>An independent person who was asked to supply the randomness of a draw.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Name">The person's name, which the certificate prints.</param>
/// <param name="State">pending, supplied or withdrawn.</param>
/// <param name="CreatedAt">When they were asked.</param>
/// <param name="SuppliedAt">When they supplied it.</param>
public sealed record DrawObserver(string Id, string Name, string State, DateTimeOffset CreatedAt, DateTimeOffset? SuppliedAt)
{
    internal static DrawObserver Of(DrawObserverView view) => new(view.Id, view.Name, view.State, view.CreatedAt, view.SuppliedAt);
}

/// <summary>A winner or a reserve.</summary>
/// <param name="Position">The order in which they were drawn, from 1; reserves follow the winners.</param>
/// <param name="Role">winner or reserve.</param>
/// <param name="Prize">What they hold now; null for a reserve that inherited nothing, and for who was replaced.</param>
/// <param name="EntryId">The entry drawn.</param>
/// <param name="State">provisional, published or replaced.</param>
/// <param name="Name">The entrant's name, for those who see personal data.</param>
/// <param name="Email">The entrant's e-mail address, for those who see personal data.</param>
/// <param name="County">The entrant's county, for those who see personal data.</param>
public sealed record DrawWinner(
    int Position, string Role, string? Prize, string EntryId, string State, string? Name, string? Email, string? County)
{
    /// <summary>The winner's position that their prize was drawn for, where they inherited it.</summary>
    public int? InheritedFrom { get; init; }

    /// <summary>Their claim; null where nothing is to be claimed, or not yet.</summary>
    public DrawWinnerClaim? Claim { get; init; }

    internal static DrawWinner From(WinnerView view) =>
        new(view.Position, view.Role, view.Prize, view.EntryId, view.State, view.Name, view.Email, view.County)
        {
            InheritedFrom = view.InheritedFrom,
            Claim = view.Claim is { } claim ? new DrawWinnerClaim(claim.Id, claim.State, claim.Deadline) : null,
        };
}

/// <summary>How a winner's claim stands.</summary>
/// <param name="Id">The claim's id.</param>
/// <param name="State">told, claimed, lapsed, replaced, preparing, dispatched or delivered.</param>
/// <param name="Deadline">Until when the prize may be claimed.</param>
public sealed record DrawWinnerClaim(string Id, string State, DateTimeOffset Deadline);
