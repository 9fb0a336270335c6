using System;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Grains.Draws;

/// <summary>Publishes a draw's plan, and holds the settings to it when the list is made.</summary>
internal sealed class DrawPlans(DrawParts parts, DrawAddress address)
{
    private static readonly string[] Held = ["exclude", "level", "tickets"];

    private readonly DrawListAddress list = DrawListAddress.Parse(address.TenantId, address.CampaignId, address.DrawId);

    /// <summary>Puts the plan where everybody can read it; the caller's campaign fixes it for ever. One that says the same already stays as it is.</summary>
    public async Task PublishAsync(TakenDraw draw, SetDrawPlan command, CancellationToken ct)
    {
        var plan = new PublishedPlan
        {
            CampaignId = address.CampaignId,
            DrawId = address.DrawId,
            Name = draw.Name,
            Rules = draw.Rules,
            SecretHash = new Bytes32(draw.SecretHash),
            Conditions = DrawPlanning.ConditionsOf(command.Draw, command.Tickets, SecretOf(draw)),
            AddedLater = draw.AddedLater,
            PublishedAt = CanonicalTime.ToMicroseconds(parts.Clock.GetUtcNow()),
        };
        if (await parts.Files.ReadPlanAsync(list, ct) is { } there && plan.IsToldBy(there))
        {
            return;
        }

        var signature = await parts.Keys.SignAsync(plan.ToCanonical(), ct);
        await parts.Files.PutPlanAsync(list, plan.ToDocument(signature.KeyId, signature.Bytes), ct);
    }

    /// <summary>What the settings say otherwise than the published plan: level, exclude or tickets; null for nothing, and for a draw without a plan.</summary>
    public async Task<string?> DifferenceAsync(TakenDraw draw, CampaignSettings? settings, CancellationToken ct)
    {
        if (await parts.Files.ReadPlanAsync(list, ct) is not { } document)
        {
            return null;
        }

        if (settings?.AllDraws().FirstOrDefault(d => d.Id == address.DrawId) is not { } now)
        {
            return "draw";
        }

        using var plan = JsonDocument.Parse(document);
        using var conditions = JsonDocument.Parse(DrawPlanning.ConditionsOf(now, SetDrawPlan.TicketsOf(settings), SecretOf(draw)).ToCanonical());
        return Held.FirstOrDefault(name => !CanonicalJson.ToUtf8(plan.RootElement.GetProperty(name)).AsSpan()
            .SequenceEqual(CanonicalJson.ToUtf8(conditions.RootElement.GetProperty(name))));
    }

    private byte[] SecretOf(TakenDraw draw) => parts.Box.Open(draw.SealedSecret, "draw", address.DrawId);
}
