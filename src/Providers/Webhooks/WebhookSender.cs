using System;
using System.Buffers;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Webhooks;

/// <summary>
/// Posts webhooks. Where a name leads is judged when the connection is made, on the very addresses that are connected to: a name that led
/// elsewhere when it was registered gains nothing. No redirects, proxies, cookies or decompression; of an answer at most 4 KB are read.
/// </summary>
public sealed class WebhookSender : IWebhookSender, IDisposable
{
    private const int AnswerBytesMax = 4096;

    private readonly WebhookOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    public WebhookSender(WebhookOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 16,
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = AnswerBytesMax,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task PostAsync(WebhookRequest request, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(_options.TimeLimit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            using var message = MessageOf(request);
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, either.Token);
            Judge(answer.StatusCode);
            await SkimAsync(answer, either.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFault.Transient, "The receiver did not answer in time.", e);
        }
        catch (HttpRequestException e) when (e.InnerException is ProviderException refused)
        {
            throw new ProviderException(refused.Fault, refused.Message, e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            throw new ProviderException(ProviderFault.Transient, "The receiver could not be reached.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private HttpRequestMessage MessageOf(WebhookRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, request.Url) { Content = new ReadOnlyMemoryContent(request.Body) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        message.Headers.UserAgent.Add(new ProductInfoHeaderValue("PrizeDrawPlatform", "1"));
        message.Headers.Add(WebhookSignature.Header, WebhookSignature.Of(request.Secret, _time.GetUtcNow(), request.Body.Span));
        message.Headers.Add("X-PrizeDraw-Event", request.Event);
        message.Headers.Add("X-PrizeDraw-Delivery", request.Delivery);
        return message;
    }

    private static void Judge(HttpStatusCode status)
    {
        switch ((int)status)
        {
            case >= 200 and < 300:
                return;
            case 410:
                throw new ProviderException(ProviderFault.Rejected, "The receiver answered 410: it is gone for good.");
            case >= 300 and < 400:
                throw new ProviderException(ProviderFault.Transient, $"The receiver answered {(int)status}: redirects are not followed.");
            default:
                throw new ProviderException(ProviderFault.Transient, $"The receiver answered {(int)status}.");
        }
    }

    /// <summary>
    /// Reads a short answer to its end, so that the connection can be used again; of a longer one no more than the bound. It was taken
    /// already, so that whatever goes wrong here is no reason to post it again.
    /// </summary>
    private static async Task SkimAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(AnswerBytesMax);
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(ct);
            await body.ReadAtLeastAsync(buffer.AsMemory(0, AnswerBytesMax), AnswerBytesMax, throwOnEndOfStream: false, ct);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or OperationCanceledException)
        {
            // The rest is not wanted.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var loopbackAllowed = _options.LoopbackAllowed;
        if (context.InitialRequestMessage.RequestUri?.Scheme != Uri.UriSchemeHttps && !loopbackAllowed)
        {
            throw new ProviderException(ProviderFault.Rejected, "Webhooks are posted by https alone.");
        }

        var addresses = IPAddress.TryParse(context.DnsEndPoint.Host, out var literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, ct);
        // One that isn't public beside others is refused too: such a name means to lead somewhere else sooner or later.
        if (addresses.Length == 0 || !addresses.All(address => PublicAddress.Is(address) || (loopbackAllowed && IPAddress.IsLoopback(address))))
        {
            throw new ProviderException(ProviderFault.Rejected, "The webhook's address is not on the public internet.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
