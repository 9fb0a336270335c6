using System;
using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.Providers.Timestamps;

/// <summary>Asks an authority over HTTP (RFC 3161, 3.4). What it learns is a hash.</summary>
public sealed class Rfc3161Authority : ITimestampAuthority, IDisposable
{
    /// <summary>A token with its certificates has some 2 to 8 KB.</summary>
    private const int AnswerBytesMax = 64 * 1024;

    private readonly TimestampOptions _options;
    private readonly TimeProvider _time;
    private readonly Anchors _anchors;
    private readonly HttpClient _http;

    /// <summary>Throws <see cref="ArgumentException"/> for options that are not valid.</summary>
    public Rfc3161Authority(TimestampOptions options, TimeProvider time)
    {
        options.Validate();
        (_options, _time, _anchors) = (options, time, new Anchors(options.LoadTrusted()));
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            PooledConnectionLifetime = TimeSpan.FromMinutes(1),
            MaxResponseHeadersLength = 16,
            MaxResponseDrainSize = AnswerBytesMax,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public bool IsConfigured => _options.IsConfigured;

    public async Task<TimestampResult> StampAsync(ReadOnlyMemory<byte> sha256, CancellationToken ct)
    {
        if (sha256.Length != SHA256.HashSizeInBytes)
        {
            throw new ArgumentException("A SHA-256 has 32 bytes.", nameof(sha256));
        }

        if (_options.Url is not { } url)
        {
            return new NotStamped(TimestampFault.NotConfigured, "No time-stamp authority is configured.");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(_options.TimeoutSeconds), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            return await AskAsync(url, sha256, either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new NotStamped(TimestampFault.Unreachable, $"The time-stamp authority did not answer within {_options.TimeoutSeconds} s.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new NotStamped(TimestampFault.Unreachable, "The time-stamp authority could not be reached.");
        }
    }

    public void Dispose()
    {
        _http.Dispose();
        _anchors.Dispose();
    }

    private async Task<TimestampResult> AskAsync(Uri url, ReadOnlyMemory<byte> sha256, CancellationToken ct)
    {
        var request = Rfc3161TimestampRequest.CreateFromHash(
            sha256, HashAlgorithmName.SHA256, nonce: FreshNonce(), requestSignerCertificates: true);
        using var message = MessageOf(url, request);
        using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            var status = (int)answer.StatusCode;
            return new NotStamped(
                status is 408 or 429 or >= 500 ? TimestampFault.Unreachable : TimestampFault.Refused, $"The time-stamp authority answered {status}.");
        }

        // One byte more than is allowed tells that there is more.
        var buffer = new byte[AnswerBytesMax + 1];
        await using var body = await answer.Content.ReadAsStreamAsync(ct);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct);
        return length > AnswerBytesMax
            ? new NotStamped(TimestampFault.Invalid, $"The time-stamp authority sent more than {AnswerBytesMax} bytes.")
            : TokenCheck.Judge(request, buffer.AsMemory(0, length), _anchors);
    }

    private HttpRequestMessage MessageOf(Uri url, Rfc3161TimestampRequest request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(request.Encode()) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/timestamp-query");
        message.Headers.Accept.ParseAdd("application/timestamp-reply");
        if (_options.BasicUser is { } user)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{_options.BasicPassword}")));
        }

        return message;
    }

    // As a number it is positive and has no leading zeros, however anybody reads it.
    private static byte[] FreshNonce()
    {
        var nonce = RandomNumberGenerator.GetBytes(16);
        nonce[0] = (byte)((nonce[0] & 0x7f) | 0x40);
        return nonce;
    }
}
