using System;
using System.Linq;
using System.Net.Mail;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Mail;

/// <summary>Sends e-mail.</summary>
public interface IMailer
{
    /// <summary>
    /// Hands one message over; it is on its way when this returns. Throws <see cref="ProviderException"/>:
    /// <see cref="ProviderFault.Rejected"/> when it can never be sent like this.
    /// </summary>
    Task SendAsync(OutgoingMail mail, CancellationToken ct);
}

/// <summary>One message in plain text to one address.</summary>
/// <param name="Key">
/// Names the message for ever, 1 to 100 characters of a-z, 0-9, hyphen and underscore: sent again with the same key it reaches nobody
/// twice where the provider can tell.
/// </param>
/// <param name="To">A bare address.</param>
/// <param name="Subject">One line; line breaks and other control characters become spaces.</param>
/// <param name="Text">Lines end with \n.</param>
public sealed record OutgoingMail(string Key, string To, string Subject, string Text)
{
    /// <summary>What another wrote into a subject (a prize's name) must not begin a header of its own.</summary>
    internal string OneLineSubject => new([.. Subject.Select(c => char.IsControl(c) ? ' ' : c)]);

    /// <summary>Throws <see cref="ProviderException"/> when no message can go there.</summary>
    internal OutgoingMail Checked() => IsAddress(To) && IsKey(Key)
        ? this
        : throw new ProviderException(ProviderFault.Rejected, "The recipient's e-mail address is not one that mail can be sent to.");

    /// <summary>Whether it is one bare address, without a name or a second one.</summary>
    internal static bool IsAddress(string text) =>
        !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text;

    private static bool IsKey(string key) =>
        key.Length is >= 1 and <= 100 && key.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
