using System;
using System.IO;
using System.Text;
using System.Threading;

namespace PrizeDraw.FaultHost;

/// <summary>An output at which whoever says something with this text stands still for ever, so that it can be killed there and nowhere later.</summary>
internal sealed class StillOnceSaid(TextWriter output, string text) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => output.Write(value);

    public override void Write(string? value) => output.Write(value);

    public override void WriteLine(string? value)
    {
        output.WriteLine(value);
        output.Flush();
        if (value?.Contains(text, StringComparison.Ordinal) == true)
        {
            using var never = new ManualResetEventSlim();
            never.Wait();
        }
    }
}
