using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using PrizeDraw.Providers.Mail;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Mail;

public sealed class Sending_by_SMTP
{
    private static readonly OutgoingMail Mail = new("dlv_1", "ann@example.com", "Low stock: Mug", "Nine are left.\n");

    [Fact]
    public async Task hands_the_message_to_the_server()
    {
        var said = await TalkAsync(mailbox: "250 OK", Mail);
        said.ShouldContain("MAIL FROM:<prizes@example.com>");
        said.ShouldContain("RCPT TO:<ann@example.com>");
        said.ShouldContain("Message-ID: <dlv_1@example.com>");
        said.ShouldContain("Subject: Low stock: Mug");
    }

    [Fact]
    public async Task gives_up_on_a_mailbox_that_is_not_there() =>
        (await Should.ThrowAsync<ProviderException>(() => TalkAsync("550 No such mailbox", Mail))).Fault.ShouldBe(ProviderFault.Rejected);

    [Fact]
    public async Task tries_later_what_the_server_cannot_take_now() =>
        (await Should.ThrowAsync<ProviderException>(() => TalkAsync("451 Try again later", Mail))).Fault.ShouldBe(ProviderFault.Transient);

    [Fact]
    public async Task sends_nothing_in_clear_to_a_server_that_must_use_TLS() =>
        (await Should.ThrowAsync<ProviderException>(() => TalkAsync("250 OK", Mail, tls: true))).Fault.ShouldNotBe(ProviderFault.Rejected);

    /// <summary>Sends to a server of one conversation, which answers RCPT as told; what it was told comes back.</summary>
    private static async Task<List<string>> TalkAsync(string mailbox, OutgoingMail mail, bool tls = false)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var said = new List<string>();
        var server = ServeAsync(listener, mailbox, said);
        var mailer = Mailers.Create(
            new MailOptions
            {
                Way = MailWay.Smtp, Folder = "unused", From = "prizes@example.com", Host = "127.0.0.1",
                Port = ((IPEndPoint)listener.LocalEndpoint).Port, Tls = tls,
            }, TimeProvider.System);
        try
        {
            await mailer.SendAsync(mail, default);
        }
        finally
        {
            listener.Stop();
            await server.WaitAsync(TimeSpan.FromMinutes(2));
        }

        return said;
    }

    private static async Task ServeAsync(TcpListener listener, string mailbox, List<string> said)
    {
        using var client = await listener.AcceptTcpClientAsync();
        using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync("220 test");
        for (var (line, data) = (await reader.ReadLineAsync(), false); line is not null; line = await reader.ReadLineAsync())
        {
            said.Add(line);
            if (data && line != ".")
            {
                continue;
            }

            data = line == "DATA";
            try
            {
                await writer.WriteLineAsync(line.Split(' ', ':')[0] switch
                {
                    "DATA" => "354 Go on",
                    "RCPT" => mailbox,
                    "QUIT" => "221 Bye",
                    _ => "250 OK",
                });
            }
            catch (IOException)
            {
                return; // The client has left.
            }
        }
    }
}
