using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.Requests;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>
/// Sends parts as a zip file while it is made: no part is held, whatever its size. The same evidence gives the same bytes, since parts come in order
/// and bear no times. The last file is manifest.json with the SHA-256 of each other.
/// </summary>
internal sealed class EvidenceArchive(string fileName, string campaignId, IReadOnlyList<EvidencePart> parts) : IResult
{
    public const string Manifest = "manifest.json";

    // A zip file can't do without times: the earliest that it can hold says nothing.
    private static readonly DateTimeOffset NoTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public async Task ExecuteAsync(HttpContext context)
    {
        var response = context.Response;
        response.ContentType = "application/zip";
        response.Headers.ContentDisposition = $"attachment; filename=\"{fileName}\"";
        await WriteAsync(new PatientStream(response.Body), context.RequestAborted);
    }

    internal async Task WriteAsync(PatientStream destination, CancellationToken ct)
    {
        var files = new List<ManifestFile>();
        var archive = await ZipArchive.CreateAsync(destination, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
        await using (archive)
        {
            foreach (var part in parts)
            {
                files.Add(await AddAsync(archive, part, ct));
                await destination.FlushAsync(ct);
            }

            var manifest = JsonSerializer.Serialize(new ManifestAnswer("prize-draw-evidence/1", campaignId, files), WireJson.Options) + "\n";
            await AddAsync(archive, EvidencePart.Of(Manifest, manifest), ct);
        }

        await destination.FlushAsync(ct);
    }

    private static async Task<ManifestFile> AddAsync(ZipArchive archive, EvidencePart part, CancellationToken ct)
    {
        var entry = archive.CreateEntry(part.Name, CompressionLevel.Fastest);
        entry.LastWriteTime = NoTime;
        await using var content = await entry.OpenAsync(ct);
        await using var hashing = new HashingStream(content);
        await part.WriteAsync(hashing, ct);
        return new ManifestFile(part.Name, hashing.Bytes, hashing.Sha256());
    }

    private sealed record ManifestAnswer(string Schema, string CampaignId, IReadOnlyList<ManifestFile> Files);

    private sealed record ManifestFile(string Name, long Bytes, string Sha256);

    /// <summary>Hands on what is written to it, and hashes it.</summary>
    private sealed class HashingStream(Stream destination) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string Sha256() => Convert.ToHexStringLower(_hash.GetCurrentHash());

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            _hash.AppendData(buffer.Span);
            Bytes += buffer.Length;
            await destination.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override Task FlushAsync(CancellationToken cancellationToken) => destination.FlushAsync(cancellationToken);

        // Kestrel takes no blocking writes, so that nothing here may be one.
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("Write asynchronously.");

        public override void Flush() => throw new NotSupportedException("Flush asynchronously.");

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
