using System;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Campaign.Draws.Lists;
using PrizeDraw.Storage.Central.DrawLists;
using PrizeDraw.Storage.Central.Draws;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Draws;

/// <summary>What the steps of a draw work with.</summary>
public sealed record DrawParts(
    DrawStore Store, DrawEvents Events, DrawRecords Records, DrawListBuilder Builder, DrawLists Lists, DrawListEntries Entries, DrawFiles Files,
    SigningKeys Keys, SecretBox Box, IBeacon Beacon, ITimestampAuthority Authority, ICampaignQueries Campaigns, OutboxRelay Relay,
    TimeProvider Clock, DrawExclusionStore Exclusions, DrawObservers Observers, IIncarnation Incarnation);
