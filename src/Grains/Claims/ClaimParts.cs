using System;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Grains.Claims;

/// <summary>What the keeping of claims works with.</summary>
public sealed record ClaimParts(
    ClaimKeeper Keeper, ClaimTelling Telling, ClaimClock Clock, ClaimDesk Desk, DrawRecords Records, EntrantMailStore Mails, ICampaignQueries Campaigns,
    OutboxRelay Relay, IIncarnation Incarnation, TimeProvider Time);
