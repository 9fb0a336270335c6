using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Api.Evidence.Certificates;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>What goes into a campaign's archive of evidence. All of it is found before the first byte is sent; large files are read while they are.</summary>
public sealed class EvidenceContents(
    IDrawFiles draws, IPublicFiles files, ICampaignDataQueries data, ICloseOutQueries closeOut, ITermsVersions terms, ISigningKeys keys, DrawProofs proofs,
    ApiOptions options)
{
    internal async Task<IReadOnlyList<EvidencePart>> ListAsync(CampaignView campaign, CancellationToken ct)
    {
        var parts = new List<EvidencePart> { EvidencePart.Of("README.txt", EvidenceReadme.Of(campaign)) };
        var published = new PageAnswer<KeyAnswer>([.. (await keys.ListAsync(ct)).Select(KeyAnswer.From)], null);
        parts.Add(Json("keys.json", published));
        await AddTermsAsync(parts, campaign, ct);
        var counted = new List<DrawReconciliation>();
        foreach (var drawId in await DrawIdsAsync(campaign, ct))
        {
            if (await AddDrawAsync(parts, campaign, drawId, ct) is { } reconciliation)
            {
                counted.Add(reconciliation);
            }
        }

        parts.Add(Json("reconciliation.json", new ReconciliationAnswer(campaign.Id, campaign.Settings.Name, counted, counted.All(draw => draw.Holds))));
        await AddInstantAsync(parts, campaign, ct);
        var statement = await CloseOutAnswer.ReadAsync(campaign, closeOut, files, ct);
        parts.Add(Json("close-out.json", statement));
        parts.Add(EvidencePart.Of("close-out.html", new CloseOutPage(campaign, statement).ToHtml()));
        return parts;
    }

    private static EvidencePart Json<T>(string name, T value) => EvidencePart.Of(name, JsonSerializer.Serialize(value, WireJson.Options) + "\n");

    // Draws of the settings in their order, then any that the campaign's database knows besides.
    private async Task<IReadOnlyList<string>> DrawIdsAsync(CampaignView campaign, CancellationToken ct)
    {
        var stored = (await data.DrawsAsync(campaign.TenantId, campaign.Id, personal: false, ct)).Select(draw => draw.Id).Order(System.StringComparer.Ordinal);
        return [.. campaign.Settings.AllDraws().Select(draw => draw.Id).OfType<string>().Concat(stored).Distinct()];
    }

    private async Task AddTermsAsync(List<EvidencePart> parts, CampaignView campaign, CancellationToken ct)
    {
        for (var version = 1; version <= (campaign.Settings.Terms?.Version ?? 0); version++)
        {
            if (await terms.FindAsync(campaign.TenantId, campaign.Id, version, ct) is { } found)
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"terms/{version}");
                parts.Add(EvidencePart.Of(name + ".txt", found.Text));
                parts.Add(Json(name + ".json", new ArchivedTerms(found.Version, found.Hash, found.FreeRoute)));
            }
        }
    }

    private async Task<DrawReconciliation?> AddDrawAsync(List<EvidencePart> parts, CampaignView campaign, string drawId, CancellationToken ct)
    {
        var folder = $"draws/{drawId}/";
        var plan = await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Plan(drawId), ct);
        if (plan is not null)
        {
            parts.Add(EvidencePart.Of(folder + "plan.json", files, plan));
        }

        if (await draws.CommitmentAsync(campaign.TenantId, campaign.Id, drawId, ct) is not { } commitment)
        {
            return null;
        }

        parts.Add(EvidencePart.Of(folder + "commitment.json", files, commitment));
        var certificates = await draws.CertificatesAsync(campaign.TenantId, campaign.Id, drawId, ct);
        for (var n = 0; n < certificates.Length; n++)
        {
            // The last one is the newest: it holds all events that there are.
            var name = n == certificates.Length - 1 ? "certificate.json" : string.Create(CultureInfo.InvariantCulture, $"earlier-certificates/{n + 1:D4}.json");
            parts.Add(EvidencePart.Of(folder + name, files, certificates[n]));
        }

        if (certificates.Length > 0)
        {
            parts.Add(PageOf(folder, campaign, drawId, certificates[^1], plan is not null));
        }

        if (await draws.EntriesAsync(campaign.TenantId, campaign.Id, drawId, ct) is { } list)
        {
            parts.Add(new EvidencePart(folder + "entries.jsonl", (stream, stop) => draws.CopyEntriesAsync(list, stream, stop)));
        }

        using var document = await proofs.ReadAsync(certificates.IsEmpty ? commitment : certificates[^1], ct);
        return DrawReconciliation.Of(drawId, document.RootElement);
    }

    private EvidencePart PageOf(string folder, CampaignView campaign, string drawId, PublicFile certificate, bool hasPlan) => new(
        folder + "certificate.html",
        async (stream, ct) =>
        {
            using var document = await proofs.ReadAsync(certificate, ct);
            var page = CertificatePage.Write(document.RootElement, CertificatePages.AddressOf(options, campaign.Settings.Slug ?? campaign.Id, drawId) with { HasPlan = hasPlan });
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(page), ct);
        });

    private async Task AddInstantAsync(List<EvidencePart> parts, CampaignView campaign, CancellationToken ct)
    {
        foreach (var pool in campaign.Settings.Pools.Select(pool => pool.Id).OfType<string>())
        {
            if (await files.FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Commitment(pool), ct) is { } commitment)
            {
                parts.Add(EvidencePart.Of($"instant/commitments/{pool}.json", files, commitment));
            }
        }

        foreach (var name in (string[])[PublicFileNames.Instant, PublicFileNames.InstantCheck])
        {
            if (await files.FindAsync(campaign.TenantId, campaign.Id, name, ct) is { } file)
            {
                parts.Add(EvidencePart.Of("instant/" + name, files, file));
            }
        }
    }

    private sealed record ArchivedTerms(int Version, string Hash, string? FreeRoute);

    private sealed record ReconciliationAnswer(string CampaignId, string Campaign, IReadOnlyList<DrawReconciliation> Draws, bool Holds);
}
