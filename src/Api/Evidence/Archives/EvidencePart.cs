using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Evidence;

namespace PrizeDraw.Api.Evidence.Archives;

/// <summary>One file of the archive, written while it is sent.</summary>
internal sealed record EvidencePart(string Name, Func<Stream, CancellationToken, Task> WriteAsync)
{
    public static EvidencePart Of(string name, string text) => new(name, (stream, ct) => stream.WriteAsync(Encoding.UTF8.GetBytes(text), ct).AsTask());

    /// <summary>A public file as it is published.</summary>
    public static EvidencePart Of(string name, IPublicFiles files, PublicFile file) =>
        new(name, (stream, ct) => files.CopyAsync(file, stream, compressed: false, ct));
}
