using System;

namespace PrizeDraw.Providers.Mail;

/// <summary>Makes the mailer that the options name.</summary>
public static class Mailers
{
    public static IMailer Create(MailOptions options, TimeProvider time) => options.Way switch
    {
        MailWay.Folder => new MailFolder(options, time),
        MailWay.Smtp => new SmtpMailer(options),
        MailWay.Resend => new ResendMailer(options, time),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Way, "There is no such way of sending mail."),
    };
}
