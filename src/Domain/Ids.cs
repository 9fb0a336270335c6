using System;

namespace PrizeDraw.Domain;

public readonly record struct CampaignId(Guid Value);

public readonly record struct PoolId(Guid Value);

public readonly record struct PrizeId(Guid Value);

public readonly record struct MomentId(Guid Value);

public readonly record struct EntrantId(Guid Value);

public readonly record struct EntryId(Guid Value);

public readonly record struct CodeBatchId(Guid Value);
