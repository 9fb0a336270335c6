using System;
using System.Text.Json;

namespace PrizeDraw.Api.Evidence.Certificates;

/// <summary>What there is of a draw between its commitment and its certificate, for people.</summary>
internal static class CommitmentPage
{
    /// <summary>The protocol's: a round is named that appears so long after the commitment, or later.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(10);

    /// <param name="document">The published commitment.</param>
    /// <param name="draw">Names what stands in no commitment: the draw, its campaign and promoter.</param>
    public static string Write(JsonElement document, DrawNames draw, PageAddress address)
    {
        var body = document.GetProperty("commitment");
        var page = new EvidenceHtml($"Commitment: {draw.Name}, {draw.Campaign}");
        page.Top("Commitment to a prize draw", draw.Name).Markup($"<p class=\"of\">{EvidenceHtml.Encode(draw.Of)}</p>");
        if (draw.State is "withheld")
        {
            page.Box("warning", "The result of this draw is withheld.", "Its deadline has passed and nothing was revealed. What was committed stays here.");
        }

        page.Box("caution", "Committed, not drawn yet", Waiting(body));
        var (tone, title, sentences) = EvidenceWords.OfLevel(body.Text("level"));
        page.Box(tone, title, sentences).Heading("Entries");
        CommonParts.Counts(page, body.GetProperty("counts"));
        CommonParts.Rules(page, document.GetProperty("rules"));
        CommonParts.Commitment(page, body, document);
        if (document.Part("predecessor") is { } predecessor)
        {
            CommonParts.Predecessor(page, predecessor);
        }

        CommonParts.Checking(page, address, certificate: false);
        return page.End($"This page holds no personal data. Its address stays, and shows the certificate once there is one: {address.Page}. Draw {body.Text("drawId")}.");
    }

    private static string Waiting(JsonElement body) => body.Text("level") switch
    {
        "observed" => "The list of entries is fixed and public. The draw waits for the independent observer’s randomness.",
        "committed" => "The list of entries is fixed and public. The order is about to be drawn from it.",
        _ => $"The list of entries is fixed and public. The draw waits for round {EvidenceHtml.Number(body.Number("round"))} of the public beacon at "
            + $"{EvidenceHtml.Time(body.Time("committedAt")!.Value + Ahead)}, or the next moments after: the first round ten minutes after the commitment.",
    };
}

/// <summary>What a draw is called, and where it stands.</summary>
internal sealed record DrawNames(string Name, string Campaign, string? Promoter, string State)
{
    public string Of => Promoter is null ? Campaign : $"{Campaign}, a promotion by {Promoter}";
}

/// <param name="Page">The address of the page that is written, in full.</param>
/// <param name="Verifier">The address of the verifier's page, in full; null where the platform serves none.</param>
/// <param name="HasPlan">Whether the draw's plan was published; of an earlier version's draw it was not.</param>
internal sealed record PageAddress(string Page, string? Verifier, bool HasPlan);
