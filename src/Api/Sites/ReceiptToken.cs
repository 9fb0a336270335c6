using System;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Sites;

/// <summary>The receipt in X-Receipt-Token: base64url of its JSON, with the fields of the answer to the entry and no others.</summary>
public sealed partial class ReceiptToken : IBound
{
    public const string Header = "X-Receipt-Token";

    /// <summary>A path of 40 hashes takes less.</summary>
    private const int LengthMax = 6_000, PathMax = 40;

    private readonly GivenReceipt? _value;

    private ReceiptToken(GivenReceipt? value, Problem? problem) => (_value, Problem) = (value, problem);

    public GivenReceipt Value => _value ?? throw new InvalidOperationException("There is no receipt.");

    public Problem? Problem { get; }

    public static ValueTask<ReceiptToken> BindAsync(HttpContext context, ParameterInfo _)
    {
        var values = context.Request.Headers[Header];
        return ValueTask.FromResult(values switch
        {
            [{ Length: > 0 } token] => Read(token) is { } receipt ? new ReceiptToken(receipt, null) : new ReceiptToken(null, new Problem(ReceiptEndpoint.Invalid)),
            _ => new ReceiptToken(null, Problem.At(ErrorCodes.InvalidHeader, Header, "must be given once: the receipt's JSON in base64url.")),
        });
    }

    /// <summary>Null for what can't be a receipt.</summary>
    internal static GivenReceipt? Read(string token)
    {
        if (token.Length > LengthMax || !Base64Url.IsValid(token))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(token), new JsonDocumentOptions { MaxDepth = 4 });
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or DecoderFallbackException)
        {
            return null;
        }
    }

    private static GivenReceipt? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || json.GetPropertyCount() != 9)
        {
            return null;
        }

        var path = json.TryGetProperty("path", out var nodes) && nodes.ValueKind == JsonValueKind.Array && nodes.GetArrayLength() <= PathMax
            ? nodes.EnumerateArray().Select(node => node.GetString() ?? "").ToImmutableArray()
            : default;
        return !path.IsDefault && path.All(node => Hash().IsMatch(node))
            && Text(json, "entryRef", Hash()) is { } entryRef && Text(json, "personRef", Hash()) is { } personRef
            && Text(json, "outcomeHash", Hash()) is { } outcome && Text(json, "termsHash", Hash()) is { } terms
            && Text(json, "batchHead", Hash()) is { } head && Text(json, "signature", Signature()) is { } signature
            && json.TryGetProperty("pool", out var pool) && pool.GetString() is { } poolId && Ids.TryParse(Ids.Pool, poolId, out _)
            && json.TryGetProperty("number", out var number) && number.TryGetInt64(out var n) && n > 0
            ? new GivenReceipt(entryRef, personRef, poolId, n, outcome, terms, path, head, signature)
            : null;
    }

    private static string? Text(JsonElement json, string name, Regex form) =>
        json.TryGetProperty(name, out var value) && value.GetString() is { } text && form.IsMatch(text) ? text : null;

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex Hash();

    [GeneratedRegex(@"\A[0-9a-f]{128}\z")]
    private static partial Regex Signature();
}
