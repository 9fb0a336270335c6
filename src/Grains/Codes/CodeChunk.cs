using System;
using System.Buffers;
using System.Security.Cryptography;
using PrizeDraw.Domain.Codes;
using PrizeDraw.Storage.Campaign.Codes;

namespace PrizeDraw.Grains.Codes;

/// <summary>Random codes of one batch, as many as are written in one transaction.</summary>
internal static class CodeChunk
{
    /// <summary>
    /// Codes numbered from <paramref name="first"/>, sorted by code and not by number: so they go into the index of all codes in its order,
    /// while the numbers, by which codes are handed out, stay without any relation to them. (Neighbours by number must not be
    /// neighbours by code, or who holds two codes would know much of the one between them.)
    /// </summary>
    public static NumberedCode[] Generate(CodeBatchRow batch, long first, int count)
    {
        var mint = new CodeMint(batch.Prefix, CodePattern.RandomCharactersOf(batch.Pattern));
        var random = ArrayPool<byte>.Shared.Rent(count * mint.BytesPerCode);
        try
        {
            var bytes = random.AsSpan(0, count * mint.BytesPerCode);
            RandomNumberGenerator.Fill(bytes);
            var codes = new NumberedCode[count];
            for (var i = 0; i < count; i++)
            {
                codes[i] = new NumberedCode(first + i, mint.Mint(bytes.Slice(i * mint.BytesPerCode, mint.BytesPerCode)));
            }

            Array.Sort(codes, static (a, b) => string.CompareOrdinal(a.Code, b.Code));
            return codes;
        }
        finally
        {
            // What the codes were made from is nobody's to find.
            ArrayPool<byte>.Shared.Return(random, clearArray: true);
        }
    }
}
