using System;
using System.Collections.Concurrent;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>A mail server that asks for a password, keeps all that it is told, and repeats it where it refuses a message.</summary>
internal sealed partial class MailStandIn : IAsyncDisposable
{
    public const string User = "planted-mail-user", Password = "planted-password-of-mail", PasswordName = "the mail server's password";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly Task accepting;
    private int refusals = 1;

    public MailStandIn()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Each line and each message, as it came and as who gets it reads it. The password has its place at signing in, a winner's link in the mail to the winner.</summary>
    public ConcurrentQueue<Piece> Told { get; } = new();

    /// <summary>What stands after # in the links of the messages so far, refused ones too, by whom they were for.</summary>
    public ConcurrentQueue<(string To, string Token, bool IsTaken)> Links { get; } = new();

    public static string LinkOf(string to) => $"the claim link of {to}";

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Stop();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync(ending.Token);
            _ = ConverseAsync(client);
        }
    }

    private async Task ConverseAsync(TcpClient client)
    {
        using var one = client;
        try
        {
            using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
            await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 stand-in");
            var to = "";
            while (await reader.ReadLineAsync(ending.Token) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                Told.Enqueue(new Piece("mail server", line, verb == "AUTH" ? [PasswordName] : []));
                to = verb == "RCPT" ? line.Split('<', '>')[1] : to;
                await writer.WriteLineAsync(verb switch
                {
                    "EHLO" => "250-stand-in\r\n250 AUTH LOGIN",
                    "AUTH" => await SignInAsync(reader, writer, line),
                    "DATA" => await TakeAsync(reader, writer, to),
                    "QUIT" => "221 Bye",
                    _ => "250 OK",
                });
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
        {
            // The client has left, or the test has.
        }
    }

    private async Task<string> SignInAsync(StreamReader reader, StreamWriter writer, string line)
    {
        for (var asked = line.Split(' ').Length; asked < 4; asked++)
        {
            await writer.WriteLineAsync(asked < 3 ? "334 VXNlcm5hbWU6" : "334 UGFzc3dvcmQ6");
            Told.Enqueue(new Piece("mail server", await reader.ReadLineAsync(ending.Token) ?? "", PasswordName));
        }

        return "235 Welcome";
    }

    private async Task<string> TakeAsync(StreamReader reader, StreamWriter writer, string to)
    {
        await writer.WriteLineAsync("354 Go on");
        var message = new StringBuilder();
        for (var line = await reader.ReadLineAsync(ending.Token); line is not (null or "."); line = await reader.ReadLineAsync(ending.Token))
        {
            message.Append(line.StartsWith("..", StringComparison.Ordinal) ? line[1..] : line).Append("\r\n");
        }

        var text = Readable(message.ToString());
        Told.Enqueue(new Piece($"mail to {to}", $"{message}\n{text}", LinkOf(to)));
        if (LinkPattern().Match(text) is not { Success: true } link)
        {
            return "250 OK";
        }

        var isRefused = Interlocked.Decrement(ref refusals) >= 0;
        Links.Enqueue((to, link.Groups[1].Value, !isRefused));
        return isRefused ? $"550 {User} with {Password} may not send {link.Value}" : "250 OK";
    }

    private static string Readable(string message)
    {
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        return message.Contains("Content-Transfer-Encoding: base64", StringComparison.OrdinalIgnoreCase)
            ? Encoding.UTF8.GetString(Convert.FromBase64String(string.Concat(body.Split("\r\n"))))
            : message.Contains("Content-Transfer-Encoding: quoted-printable", StringComparison.OrdinalIgnoreCase)
                ? QuotedPattern().Replace(body.Replace("=\r\n", "", StringComparison.Ordinal), quoted => ((char)Convert.ToByte(quoted.Groups[1].Value, 16)).ToString())
                : body;
    }

    [GeneratedRegex(@"/claim#([A-Za-z0-9_-]+)")]
    private static partial Regex LinkPattern();

    [GeneratedRegex("=([0-9A-F]{2})")]
    private static partial Regex QuotedPattern();
}
