using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>
/// A stream that is never written to while it blocks: an archive writes its few headers and trailers in a blocking way, which a web server takes from
/// nobody. They wait here until the next asynchronous write or flush. Contents go through at once.
/// </summary>
internal sealed class PatientStream(Stream destination) : Stream
{
    /// <summary>Headers and trailers take some hundred bytes each. More than this would be content, which must not be held.</summary>
    private const int WaitingMax = 1 << 20;

    private readonly MemoryStream _waiting = new();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _waiting.Write(buffer);
        if (_waiting.Length > WaitingMax)
        {
            throw new InvalidOperationException("The content of an archive is written while blocking.");
        }
    }

    public override void Flush()
    {
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await HandOnAsync(cancellationToken);
        await destination.WriteAsync(buffer, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await HandOnAsync(cancellationToken);
        await destination.FlushAsync(cancellationToken);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task HandOnAsync(CancellationToken ct)
    {
        if (_waiting.Length > 0)
        {
            await destination.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), ct);
            _waiting.SetLength(0);
        }
    }
}
