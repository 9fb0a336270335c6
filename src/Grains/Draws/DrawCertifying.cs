using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.Storage.Campaign.Draws;
using PrizeDraw.Storage.Central.DrawLists;

namespace PrizeDraw.Grains.Draws;

/// <summary>Makes, signs and publishes a draw's certificate from what is stored: first when it is drawn, again after each event.</summary>
internal sealed class DrawCertifying(DrawParts parts, DrawAddress address)
{
    private static readonly string Build = BuildOf(typeof(DrawCertifying).Assembly);

    private readonly DrawListAddress list = DrawListAddress.Parse(address.TenantId, address.CampaignId, address.DrawId);

    /// <summary>Publishes the certificate with all events that there are. Done again after a crash, the one that was published first stays.</summary>
    public async Task CertifyAsync(TakenDraw draw, Actor actor, CancellationToken ct)
    {
        var certificate = await MakeAsync(ct);
        var signature = await parts.Keys.SignAsync(certificate.ToUnsigned(), ct);
        if (signature.KeyId != certificate.KeyId)
        {
            throw new InvalidOperationException("The signing key was changed meanwhile.");
        }

        await parts.Files.PutCertificateAsync(list, certificate.Events.Count, certificate.ToSigned(signature.Bytes), ct);
        DrawGrain.Holds(await parts.Store.CertifiedAsync(
            address, draw.Epoch, certificate.Events.Count,
            DrawGrain.Event(parts.Clock, address, actor, "draw.certified", new { events = certificate.Events.Count }), CancellationToken.None));
    }

    private async Task<DrawCertificate> MakeAsync(CancellationToken ct)
    {
        var (draw, order, events) = await parts.Records.AllAsync(address, ct);
        var keyId = await parts.Keys.CurrentKeyIdAsync(ct);
        var key = (await parts.Keys.PublicKeysAsync(ct)).Single(k => k.KeyId == keyId);
        var closedAt = draw.Frozen!.ClosedAt;
        return new DrawCertificate
        {
            Name = draw.Name,
            Promotion = await PromotionAsync(ct),
            Rules = draw.Rules,
            Terms = await parts.Files.TermsAsync(list, ct),
            ClosedAt = closedAt > draw.Until ? null : closedAt,
            FrozenAt = draw.FrozenAt!.Value,
            ExcludedByReason = JsonSerializer.Deserialize<Dictionary<string, long>>(draw.ExcludedByReason!)!,
            Commitment = draw.Commitment!,
            Beacon = BeaconOf(draw),
            Observer = draw.Level == "observed" ? await parts.Observers.SuppliedAsync(address, ct) : null,
            Secret = new Bytes32(draw.Secret!),
            Seed = new Bytes32(draw.Seed!),
            Build = Build,
            Trace = draw.Trace!,
            Order = order,
            Events = events,
            Predecessor = await DrawSteps.PredecessorAsync(parts, address, draw, ct),
            KeyId = keyId,
            PublicKey = key.Spki.AsMemory(),
        };
    }

    private async Task<CertifiedPromotion> PromotionAsync(CancellationToken ct)
    {
        var campaign = await parts.Campaigns.FindAsync(Scope.Of(address.TenantId), address.CampaignId, ct)
            ?? throw new InvalidOperationException("The campaign of this draw is not there.");
        var settings = campaign.Settings;
        return new CertifiedPromotion(
            address.CampaignId, settings.Name, settings.TimeZone,
            settings.Promoter?.Name is { Length: > 0 } promoter ? promoter : await parts.Files.TenantNameAsync(list, ct), settings.Promoter?.Address ?? "");
    }

    private static CertifiedBeacon? BeaconOf(TakenDraw draw)
    {
        if (draw.BeaconSignature is not { } signature)
        {
            return null;
        }

        var chain = JsonSerializer.Deserialize<BeaconChain>(draw.Chain!)!;
        return new CertifiedBeacon(
            chain.ChainHash, chain.Scheme, chain.PublicKey, chain.GenesisTime, chain.PeriodSeconds, draw.Round, signature,
            Bytes32.HashOf(Convert.FromHexString(signature)));
    }

    /// <summary>The commit that the build names behind its version; unknown for one that was built outside a checkout.</summary>
    private static string BuildOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: > 0 } commit]
            ? commit
            : "unknown";
}
