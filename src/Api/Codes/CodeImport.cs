using System;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Codes;

namespace PrizeDraw.Api.Codes;

/// <summary>How many bytes of a streamed file an endpoint takes.</summary>
internal sealed record FileLimit(long Bytes);

/// <summary>Hands a file of codes to its batch, some thousand lines at a time, as it comes in.</summary>
internal static class CodeImport
{
    public const string Example = "code\nAMZ-7K2M-9QXT\nAMZ-1PZC-4WRH\n",
        Meaning = "CSV in UTF-8: one code per line, or a heading with a column code. Each code begins with the batch's prefix and has letters, digits and separators alone.";

    /// <summary>Lines handed over at once. What was taken of an import is told by line, so it may change.</summary>
    private const int LinesPerCall = 5_000;

    public static async Task<IResult> ImportAsync(HttpContext context, TheCodeBatch found, Creation creation, Caller caller, IGrainFactory grains)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.MediaType.Equals("text/csv", StringComparison.OrdinalIgnoreCase)
            || (type.Charset.HasValue && !type.Charset.Value.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
        {
            return new Problem(ErrorCodes.UnsupportedMediaType, "Send the file as text/csv in UTF-8.");
        }

        var limit = context.GetEndpoint()!.Metadata.GetRequiredMetadata<FileLimit>().Bytes;
        if (context.Request.ContentLength > limit)
        {
            return TooLarge(limit);
        }

        // The server's own bound is for bodies that are held; this one is read as it comes.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            body.MaxRequestBodySize = null;
        }

        try
        {
            return await HandOverAsync(context, new CodeFile(context.Request.BodyReader, limit), found.Grain(grains), caller.Actor, IdOf(context, found, caller, creation));
        }
        catch (FileTooLargeException)
        {
            return TooLarge(limit);
        }
    }

    private static async Task<IResult> HandOverAsync(HttpContext context, CodeFile file, ICodeBatchGrain grain, Actor actor, Guid import)
    {
        var (lines, after) = (ImmutableArray.CreateBuilder<ImportLine>(LinesPerCall), 0L);
        await foreach (var line in file.ReadAsync(context.RequestAborted))
        {
            lines.Add(line);
            if (lines.Count < LinesPerCall)
            {
                continue;
            }

            var chunk = lines.DrainToImmutable();
            lines.Capacity = LinesPerCall;
            if ((await grain.ImportAsync(new ImportCodes(actor, import, after, chunk, Last: false))).Refusal is { } refusal)
            {
                return Problem.From(refusal);
            }

            after = chunk[^1].Number;
        }

        return (await grain.ImportAsync(new ImportCodes(actor, import, after, lines.DrainToImmutable(), Last: true)))
            .Then(view => Answer.Ok(CodeImportAnswer.From(view)));
    }

    private static Problem TooLarge(long limit) =>
        new(ErrorCodes.TooLarge, $"A file may have at most {limit} bytes. Lines before that have been taken; send the rest as another file.");

    /// <summary>The same for the same Idempotency-Key of the same caller; without a key each file is an import of its own.</summary>
    private static Guid IdOf(HttpContext context, TheCodeBatch batch, Caller caller, Creation creation)
    {
        if (creation.Key is not { } key)
        {
            return Guid.CreateVersion7(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        }

        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{batch.Value.Id}\n{caller.User.Id}\n{key}"));
        // Version 8: made from a hash of our own.
        BinaryPrimitives.WriteUInt16BigEndian(hash.AsSpan(6), (ushort)((BinaryPrimitives.ReadUInt16BigEndian(hash.AsSpan(6)) & 0x0fff) | 0x8000));
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash.AsSpan(0, 16), bigEndian: true);
    }
}
