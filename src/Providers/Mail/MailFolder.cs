using System;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Processes;

namespace PrizeDraw.Providers.Mail;

/// <summary>
/// Writes messages as files instead of sending them: <c>key.eml</c> in a folder that its owner alone reads, for mail programs to open. The
/// same key again is the same file.
/// </summary>
internal sealed class MailFolder(MailOptions options, TimeProvider time) : IMailer
{
    public async Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        mail.Checked();
        FolderModes.Ensure(options.Folder, FolderModes.Private);
        var path = Path.Combine(options.Folder, mail.Key + ".eml");
        var unfinished = Path.Combine(options.Folder, $".{mail.Key}.{Guid.CreateVersion7(time.GetUtcNow()):n}");
        try
        {
            await File.WriteAllTextAsync(unfinished, Format(mail), new UTF8Encoding(false), ct);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (IOException e)
        {
            throw new ProviderException(ProviderFault.Transient, "The message could not be written into the mail folder.", e);
        }
    }

    // RFC 5322; UTF-8 in the body as it is (RFC 6152), in the subject encoded (RFC 2047).
    private string Format(OutgoingMail mail) =>
        $"""
        From: {options.From}
        To: {mail.To}
        Subject: {EncodedSubject(mail.OneLineSubject)}
        Date: {time.GetUtcNow().ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture)}
        Message-ID: <{mail.Key}@prize-draw>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        {mail.Text}
        """.ReplaceLineEndings("\r\n") + "\r\n";

    private static string EncodedSubject(string subject)
    {
        if (Ascii.IsValid(subject) && subject.Length <= 900)
        {
            return subject;
        }

        // An encoded word has at most 75 characters: 45 bytes in base64, cut between characters.
        var words = new StringBuilder();
        var chunk = new StringBuilder();
        foreach (var rune in subject.EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(chunk.ToString()) + rune.Utf8SequenceLength > 45)
            {
                words.Append(Word(chunk.ToString())).Append("\r\n ");
                chunk.Clear();
            }

            chunk.Append(rune);
        }

        return words.Append(Word(chunk.ToString())).ToString();
    }

    private static string Word(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";
}
