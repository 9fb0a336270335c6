using System;
using System.IO;
using System.Linq;
using System.Net;
using System.Web;

namespace PrizeDraw.Providers.Mail;

/// <summary>Which way e-mail goes.</summary>
public enum MailWay
{
    /// <summary>Into files of the data folder; nothing is sent.</summary>
    Folder,

    /// <summary>By SMTP.</summary>
    Smtp,

    /// <summary>By Resend's HTTP API.</summary>
    Resend,
}

/// <summary>How the platform sends e-mail. Holds a password: never log it.</summary>
public sealed record MailOptions
{
    public required MailWay Way { get; init; }

    /// <summary>Where messages are written as <c>.eml</c> files.</summary>
    public required string Folder { get; init; }

    /// <summary>Sender: a bare address.</summary>
    public string From { get; init; } = "prize-draw@localhost";

    /// <summary>Name of the SMTP server.</summary>
    public string Host { get; init; } = "";

    /// <summary>1 to 65535; default 587.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Whether the SMTP connection must turn to TLS (STARTTLS). Off for a server on this machine alone.</summary>
    public bool Tls { get; init; } = true;

    /// <summary>Who signs in to the SMTP server; null for nobody.</summary>
    public string? User { get; init; }

    /// <summary>Password of the SMTP server, or Resend's API key.</summary>
    public string? Password { get; init; }

    /// <summary>Where Resend's API is.</summary>
    public Uri ResendAddress { get; init; } = new("https://api.resend.com/");

    /// <summary>
    /// Reads <c>folder</c>, <c>resend</c>, or <c>smtp://[user@]host[:port][?tls=off]</c>. Throws <see cref="ArgumentException"/> with a
    /// sentence that says what to change.
    /// </summary>
    public static MailOptions Parse(string? where, string? from, string? password, string folder)
    {
        var options = new MailOptions { Way = MailWay.Folder, Folder = Path.GetFullPath(folder), Password = password };
        options = where switch
        {
            null or "" or "folder" => options,
            "resend" => password is { Length: > 0 } ? options with { Way = MailWay.Resend } : throw Bad("resend needs its API key in PLATFORM_MAIL_PASSWORD."),
            _ => WithServer(options, where),
        };
        if (options.Way != MailWay.Folder && from is null)
        {
            throw Bad("name the sender with --mail-from or PLATFORM_MAIL_FROM.");
        }

        return from is null || OutgoingMail.IsAddress(from)
            ? options with { From = from ?? options.From }
            : throw Bad("--mail-from is an e-mail address such as prizes@example.com.");
    }

    private static MailOptions WithServer(MailOptions options, string where)
    {
        if (!Uri.TryCreate(where, UriKind.Absolute, out var server) || server.Scheme != "smtp" || server.Host.Length == 0
            || server.UserInfo.Contains(':', StringComparison.Ordinal) || server.AbsolutePath is not ("" or "/"))
        {
            throw Bad("say folder, resend, or smtp://user@host:587 with the password in PLATFORM_MAIL_PASSWORD.");
        }

        var tls = HttpUtility.ParseQueryString(server.Query)["tls"] != "off";
        if (!tls && !IsThisMachine(server.Host))
        {
            throw Bad("tls=off is for a server on this machine alone.");
        }

        return options with
        {
            Way = MailWay.Smtp, Host = server.Host, Port = server.IsDefaultPort || server.Port < 0 ? 587 : server.Port, Tls = tls,
            User = server.UserInfo.Length > 0 ? Uri.UnescapeDataString(server.UserInfo) : null,
        };
    }

    private static bool IsThisMachine(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static ArgumentException Bad(string what) => new($"--mail (or PLATFORM_MAIL): {what}");
}
