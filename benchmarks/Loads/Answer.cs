using System;
using System.Buffers.Text;

namespace PrizeDraw.Benchmarks.Loads;

/// <summary>What one HTTP/1.1 answer to an entry says.</summary>
internal readonly record struct Answer(int Status, int BodyBytes, long Number)
{
    /// <summary>Reads an answer; false while some of it is missing. One request is under way at a time, so that an answer ends its buffer.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out Answer answer)
    {
        answer = default;
        var headEnd = received.IndexOf("\r\n\r\n"u8);
        if (headEnd < 0)
        {
            return false;
        }

        var head = received[..headEnd];
        var body = received[(headEnd + 4)..];
        var length = head.IndexOf("Content-Length: "u8);
        var isWhole = length >= 0 && Utf8Parser.TryParse(head[(length + 16)..], out int bytes, out _)
            ? body.Length >= bytes
            : body.EndsWith("0\r\n\r\n"u8);
        if (!isWhole)
        {
            return false;
        }

        Utf8Parser.TryParse(head[9..], out int status, out _);
        var at = body.IndexOf("\"number\":"u8);
        var number = 0L;
        if (at >= 0)
        {
            Utf8Parser.TryParse(body[(at + 9)..], out number, out _);
        }

        answer = new Answer(status, body.Length, number);
        return true;
    }
}
