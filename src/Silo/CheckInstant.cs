using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Silo;

/// <summary>
/// The command <c>check-instant FILE</c>: recomputes every instant win of a closed campaign from its published lines. Needs no database and
/// no network. Exit code 0 when every outcome follows, 1 when one does not or the file can't be read.
/// </summary>
public static class CheckInstant
{
    private static readonly byte[] GzipMagic = [0x1f, 0x8b];

    /// <summary>The command for the executable's command line.</summary>
    public static Command Command()
    {
        var file = new Argument<string>("file") { Description = "A campaign's instant.jsonl as it was downloaded, gzip or not." };
        var keys = new Option<string?>("--keys") { Description = "The platform's keys as /v1/keys answered them. Without it the keys that the file itself names are taken." };
        var command = new Command("check-instant", "Recompute every instant win of a closed campaign from its published lines.") { file, keys };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(file)!, parsed.GetValue(keys), Console.Out, ct));
        return command;
    }

    /// <summary>Checks one file, and writes what came out.</summary>
    public static async Task<int> RunAsync(string file, string? keys, TextWriter output, CancellationToken ct)
    {
        RecountResult result;
        try
        {
            var trusted = keys is null ? null : ReadKeys(await File.ReadAllBytesAsync(keys, ct));
            await using var stream = OpenRead(file);
            using var recount = new InstantRecount(trusted);
            await FeedAsync(recount, stream, ct);
            result = recount.Finish();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException or JsonException
            or KeyNotFoundException or FormatException or System.Security.Cryptography.CryptographicException)
        {
            await output.WriteLineAsync(fault.Message);
            return 1;
        }

        await TellAsync(result, keys is not null, output);
        return result.Holds && result.Prizes.All(prize => prize.NeverAvailable == 0) ? 0 : 1;
    }

    private static async Task FeedAsync(InstantRecount recount, Stream stream, CancellationToken ct)
    {
        var buffer = new byte[256 * 1024];
        for (int n; (n = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            recount.Feed(buffer.AsSpan(0, n));
        }
    }

    private static async Task TellAsync(RecountResult result, bool keysWereGiven, TextWriter output)
    {
        foreach (var difference in result.First)
        {
            var number = difference.Number is { } n ? string.Create(CultureInfo.InvariantCulture, $" entry {n}") : "";
            await output.WriteLineAsync($"{difference.Pool}{number}: {difference.What}".TrimStart(':', ' '));
        }

        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{result.Entries} entries recounted in {result.Lines} lines, {result.Differences} differences."));
        if (result.Unbound > 0)
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{result.Unbound} entries are of erased people: recomputed, but no receipt leads to them any more."));
        }

        foreach (var prize in result.Prizes.Where(p => p.NeverAvailable > 0))
        {
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{prize.Pool}: {prize.NeverAvailable} units of {prize.Prize} were never made available: no winning moment before the closing stood for them."));
        }

        if (!keysWereGiven)
        {
            await output.WriteLineAsync("The signatures were checked with keys that the file itself names: unknown signer. Give --keys to know whose they are.");
        }

        await output.WriteLineAsync(result.Holds ? "Every outcome follows from what was committed and revealed." : "NOT every outcome follows from what was committed and revealed.");
    }

    private static Stream OpenRead(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        var magic = new byte[GzipMagic.Length];
        var isPacked = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual(GzipMagic);
        file.Position = 0;
        return isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static Dictionary<string, byte[]> ReadKeys(byte[] answer)
    {
        using var document = JsonDocument.Parse(answer);
        return document.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
            key => key.GetProperty("keyId").GetString()!, key => key.GetProperty("publicKey").GetBytesFromBase64());
    }
}
