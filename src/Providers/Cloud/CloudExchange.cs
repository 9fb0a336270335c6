using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Cloud;

/// <summary>Makes one attempt of a call over HTTP and reads what comes back; decides nothing.</summary>
internal sealed class CloudExchange(HttpClient http, CloudDialect dialect, CloudOptions options, TimeProvider clock)
{
    private const int RedirectsMax = 3;

    // A name given twice is one way of saying two things.
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly string[] RequestIds = ["x-github-request-id", "x-vercel-id", "x-request-id", "sb-request-id", "cf-ray"];

    public static HttpClient NewHttp(string? rootCertificate) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.All,
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(15),
        SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = rootCertificate is null ? null : Trusting(rootCertificate) },
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    // A company's own authority publishes no lists of what it has revoked that could be relied on.
    private static X509ChainPolicy Trusting(string rootCertificate)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(rootCertificate);
        return policy;
    }

    /// <summary>
    /// Throws <see cref="HttpRequestException"/> or <see cref="IOException"/> when there is no answer, <see cref="ProviderException"/> when it
    /// is too large.
    /// </summary>
    public async Task<CloudReply> SendAsync(CloudCall call, CloudAccount account, CancellationToken ct)
    {
        try
        {
            using var answer = await FollowAsync(call, account, ct);
            var text = await ReadAsync(answer, call, ct);
            var (body, isJson) = Parse(text);
            return new CloudReply((int)answer.StatusCode, body, isJson ? null : text, RequestIdOf(answer), LimitsOf(answer, body))
            {
                Header = call.AnswerHeader is { } name ? CloudHeaders.Text(answer, name) : null,
            };
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new HttpRequestException("The HTTP client gave up.", e);
        }
        catch (SocketException e)
        {
            // The client lets it through as it is when the other side hangs up just as it is connected.
            throw new HttpRequestException("The connection was lost.", e);
        }
    }

    // Who is down may say until when. That nothing was done it does not say, so that it is no refusal.
    private CloudLimits LimitsOf(HttpResponseMessage answer, JsonNode? body)
    {
        var now = clock.GetUtcNow();
        var limits = dialect.ReadLimits(answer, body, now);
        return !limits.IsRefused && (int)answer.StatusCode >= 500 && CloudHeaders.RetryAfter(answer, now) is { } until
            ? new CloudLimits(false, until, IsWholeAccount: false) : limits;
    }

    // A renamed repository's reads are redirected. Another host would be given the credential, and a write would be made twice: neither is done.
    private async Task<HttpResponseMessage> FollowAsync(CloudCall call, CloudAccount account, CancellationToken ct)
    {
        var address = AddressOf(call);
        for (var redirects = 0; ; redirects++)
        {
            var answer = await SendAsync(call, account, address, ct);
            if (!call.IsRead || redirects == RedirectsMax || (int)answer.StatusCode is not (301 or 302 or 307 or 308)
                || answer.Headers.Location is not { } location || new Uri(address, location) is not { } next || !IsAlike(address, next))
            {
                return answer;
            }

            answer.Dispose();
            address = next;
        }
    }

    private async Task<HttpResponseMessage> SendAsync(CloudCall call, CloudAccount account, Uri address, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(call.Method, address);
        if (call.Body is { } body)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        }

        dialect.Authorise(request, account);
        if (request.Headers.Accept.Count == 0)
        {
            request.Headers.Accept.ParseAdd("application/json");
        }

        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.UserAgent.ParseAdd("PrizeDrawPlatform/1.0");
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
    }

    private Uri AddressOf(CloudCall call) => call.Path.StartsWith('/')
        ? new Uri(options.Address.AbsoluteUri.TrimEnd('/') + call.Path)
        : throw new ArgumentException($"The path of {call.Operation} does not begin with a slash.", nameof(call));

    private static bool IsAlike(Uri one, Uri other) => one.Scheme == other.Scheme && one.Authority == other.Authority;

    private async Task<string> ReadAsync(HttpResponseMessage answer, CloudCall call, CancellationToken ct)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(ct);
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int count; (count = await stream.ReadAsync(buffer, ct)) > 0;)
        {
            read.Write(buffer, 0, count);
            if (read.Length > options.AnswerBytesMax)
            {
                throw new ProviderException(
                    ProviderFault.Rejected, $"{dialect.Title} answered {call.Operation} with more than {options.AnswerBytesMax} bytes, which is not read.")
                {
                    MayHaveHappened = !call.IsRead,
                };
            }
        }

        return Encoding.UTF8.GetString(read.GetBuffer(), 0, (int)read.Length);
    }

    private static (JsonNode? Body, bool IsJson) Parse(string text)
    {
        try
        {
            return string.IsNullOrWhiteSpace(text) ? (null, true) : (JsonNode.Parse(text, documentOptions: Strict), true);
        }
        catch (JsonException)
        {
            return (null, false);
        }
    }

    private static string? RequestIdOf(HttpResponseMessage answer) =>
        RequestIds.Select(name => CloudHeaders.Text(answer, name)).FirstOrDefault(id => id is { Length: > 0 and <= 200 });
}
