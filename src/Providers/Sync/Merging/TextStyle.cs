using System;
using System.IO;
using System.Text;

namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>How lines end in a text.</summary>
internal enum LineEnds
{
    /// <summary>There is none.</summary>
    None,
    Lf,
    CrLf,

    /// <summary>Both kinds, more of them LF.</summary>
    MostlyLf,

    /// <summary>Both kinds, more of them CRLF.</summary>
    MostlyCrLf,
}

/// <summary>
/// What may differ between two texts that say the same: line ends, byte-order mark, the end of the last line. Texts are merged without it
/// (LF, no mark, last line ended), so that an editor's habit is no conflict in every line.
/// </summary>
internal readonly record struct TextStyle(LineEnds Ends, bool HasMark, bool EndsLastLine)
{
    private const int LookedAt = 8000;
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>As git judges: text has no zero byte in its beginning.</summary>
    public static bool IsText(ReadOnlySpan<byte> content) => !content[..Math.Min(content.Length, LookedAt)].Contains((byte)0);

    public static TextStyle Of(ReadOnlySpan<byte> content)
    {
        int lf = 0, crLf = 0;
        for (var at = 0; at < content.Length; at++)
        {
            if (content[at] == '\n')
            {
                if (at > 0 && content[at - 1] == '\r')
                {
                    crLf++;
                }
                else
                {
                    lf++;
                }
            }
        }

        var ends = (lf, crLf) switch
        {
            (0, 0) => LineEnds.None,
            (_, 0) => LineEnds.Lf,
            (0, _) => LineEnds.CrLf,
            _ => lf >= crLf ? LineEnds.MostlyLf : LineEnds.MostlyCrLf,
        };
        return new TextStyle(ends, content.StartsWith(Mark), content.IsEmpty || content[^1] == '\n');
    }

    /// <summary>The site's where it has changed it, else the template's: a property each.</summary>
    public static TextStyle Merged(TextStyle origin, TextStyle site, TextStyle template)
    {
        var ends = site.Ends != origin.Ends && site.Ends != LineEnds.None ? site.Ends : template.Ends;
        return new TextStyle(
            ends == LineEnds.None ? site.Ends : ends,
            site.HasMark != origin.HasMark ? site.HasMark : template.HasMark,
            site.EndsLastLine != origin.EndsLastLine ? site.EndsLastLine : template.EndsLastLine);
    }

    /// <summary>The characters of a text; null where it is not in UTF-8.</summary>
    public static string? Characters(byte[] text)
    {
        try
        {
            return Strict.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The text in the form in which it is merged.</summary>
    public static byte[] Normal(byte[] content)
    {
        var text = content.AsSpan().StartsWith(Mark) ? content.AsSpan(Mark.Length) : content;
        using var normal = new MemoryStream(text.Length + 1);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] != '\r' || at + 1 == text.Length || text[at + 1] != '\n')
            {
                normal.WriteByte(text[at]);
            }
        }

        if (text.Length > 0 && text[^1] != '\n')
        {
            normal.WriteByte((byte)'\n');
        }

        return normal.ToArray();
    }

    /// <summary>A text of the normal form in this style. A style of both kinds of line ends becomes that of most.</summary>
    public byte[] Applied(byte[] normal)
    {
        var text = !EndsLastLine && normal is [.., (byte)'\n'] ? normal.AsSpan(0, normal.Length - 1) : normal;
        using var styled = new MemoryStream(text.Length + 3);
        if (HasMark)
        {
            styled.Write(Mark);
        }

        foreach (var one in text)
        {
            if (one == '\n' && Ends is LineEnds.CrLf or LineEnds.MostlyCrLf)
            {
                styled.WriteByte((byte)'\r');
            }

            styled.WriteByte(one);
        }

        return styled.ToArray();
    }
}
