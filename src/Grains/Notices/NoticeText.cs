using System;
using System.Globalization;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain.Notices;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Notices;
using PrizeDraw.Storage.Central.Notices;

namespace PrizeDraw.Grains.Notices;

/// <summary>A notice as people and as programs are told it.</summary>
internal sealed record NoticeText(string Subject, string Text)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>As an e-mail. <paramref name="platformUrl"/> leads to the admin page.</summary>
    public static NoticeText Of(ClaimedDelivery delivery, string platformUrl)
    {
        var notice = BodyOf(delivery);
        if (ProvisioningNotice.TextOf(delivery, notice, platformUrl) is { } told)
        {
            return told;
        }

        var stock = notice.ToStock() ?? throw new InvalidOperationException($"There is no text for notices of kind {notice.Kind}.");
        var left = stock.Stock is { } all ? $"{stock.Remaining} of {all}" : $"{stock.Remaining}";
        var isOut = notice.Kind == NoticeKinds.StockOut;
        var text = new StringBuilder()
            .Append(isOut ? $"\"{stock.Name}\" is used up" : $"\"{stock.Name}\" has {left} left").Append($" in the campaign \"{delivery.Campaign}\".\n\n")
            .Append($"This was so from {(stock.Number is { } number ? $"entry {number}, " : "")}{Spoken(notice.At)} on.");
        if (!isOut && stock.RunsOutAt is { } runsOut)
        {
            text.Append($" If it goes on as in the last hours, nothing is left from {Spoken(runsOut)} on.");
        }

        text.Append($"\n\nCampaign: {platformUrl}/admin/campaigns/{notice.Campaign}\n\n")
            .Append("You are told because you look after this campaign on the Prize Draw Platform.\n");
        return new NoticeText(
            isOut ? $"Out of stock: {stock.Name} ({delivery.Campaign})" : $"Low stock: {stock.Name}, {left} left ({delivery.Campaign})", text.ToString());
    }

    /// <summary>As the body of a webhook: the notice's kind, and JSON in UTF-8.</summary>
    public static (string Kind, byte[] Body) JsonOf(ClaimedDelivery delivery)
    {
        var notice = BodyOf(delivery);
        return (notice.Kind, ProvisioningNotice.JsonOf(delivery, notice, Written) ?? JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                Id = Ids.Format(Ids.Notice, delivery.NoticeId),
                notice.Kind,
                At = Written(notice.At),
                TenantId = Ids.Format(Ids.Tenant, delivery.TenantId),
                CampaignId = notice.Campaign,
                CampaignName = delivery.Campaign,
                Stock = notice.ToStock() is { } stock ? JsonOf(stock) : null,
            }, Json));
    }

    private static object JsonOf(StockNotice stock) => new
    {
        stock.PoolId, stock.PrizeId, stock.Name, stock.Stock, stock.Remaining, stock.Threshold, stock.Number,
        RunsOutAt = stock.RunsOutAt is { } at ? Written(at) : null,
    };

    private static NoticeBody BodyOf(ClaimedDelivery delivery) =>
        NoticeBody.TryParse(delivery.Body, out var body) ? body : throw new InvalidOperationException("The notice is of a kind that this version doesn't know.");

    private static string Spoken(DateTimeOffset at) => at.UtcDateTime.ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Written(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
