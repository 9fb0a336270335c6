using System;
using System.Net;
using System.Net.Mail;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Mail;

/// <summary>
/// Sends by SMTP with STARTTLS, one connection a message. A message that the server took and whose answer was lost is sent again: the
/// Message-ID is the same, so that mail programs can tell.
/// </summary>
internal sealed class SmtpMailer(MailOptions options) : IMailer
{
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    public async Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        mail.Checked();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(TimeLimit);
        using var client = new SmtpClient(options.Host, options.Port)
        {
            EnableSsl = options.Tls,
            Credentials = options.User is { } user ? new NetworkCredential(user, options.Password) : null,
        };
        using var message = new MailMessage(options.From, mail.To, mail.OneLineSubject, mail.Text)
        {
            SubjectEncoding = Encoding.UTF8, BodyEncoding = Encoding.UTF8,
        };
        message.Headers["Message-ID"] = $"<{mail.Key}@{new MailAddress(options.From).Host}>";
        try
        {
            await client.SendMailAsync(message, limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFault.Transient, "The mail server did not answer in time.", e);
        }
        catch (SmtpException e)
        {
            throw new ProviderException(FaultOf(e), $"The mail server did not take the message ({e.StatusCode}).", e);
        }
    }

    // 5yz to this recipient or message is final (RFC 5321, 4.2.1); what concerns the session may be set right meanwhile.
    private static ProviderFault FaultOf(SmtpException e) => e.StatusCode switch
    {
        SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed or SmtpStatusCode.UserNotLocalTryAlternatePath
            or SmtpStatusCode.ExceededStorageAllocation => ProviderFault.Rejected,
        SmtpStatusCode.MustIssueStartTlsFirst or SmtpStatusCode.ClientNotPermitted => ProviderFault.Unauthorized,
        _ => ProviderFault.Transient,
    };
}
