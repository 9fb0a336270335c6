using System;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;
using System.Threading;
using System.Threading.Tasks;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace PrizeDraw.Providers.Mail;

/// <summary>
/// Sends by Resend's HTTP API. The message's key travels as Idempotency-Key, so that what is tried again is sent once within the day that
/// Resend remembers it. Three quick attempts; slower ones are the caller's.
/// </summary>
internal sealed class ResendMailer : IMailer, IDisposable
{
    private readonly MailOptions _options;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    public ResendMailer(MailOptions options, TimeProvider time)
    {
        _options = options;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = options.ResendAddress, MaxResponseContentBufferSize = 64 * 1024,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.Password);
        _pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                MaxRetryAttempts = 2, Delay = TimeSpan.FromMilliseconds(500), BackoffType = DelayBackoffType.Exponential, UseJitter = true,
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>().Handle<HttpRequestException>().Handle<TimeoutRejectedException>()
                    .HandleResult(answer => MayPass(answer.StatusCode)),
            })
            .AddTimeout(TimeSpan.FromSeconds(8)).Build();
    }

    public async Task SendAsync(OutgoingMail mail, CancellationToken ct)
    {
        mail.Checked();
        try
        {
            using var answer = await _pipeline.ExecuteAsync(async token => await _http.SendAsync(RequestOf(mail), token), ct);
            if (!answer.IsSuccessStatusCode)
            {
                throw new ProviderException(FaultOf(answer.StatusCode), $"Resend did not take the message ({(int)answer.StatusCode}).");
            }
        }
        catch (Exception e) when (e is HttpRequestException or TimeoutRejectedException)
        {
            throw new ProviderException(ProviderFault.Transient, "Resend could not be reached.", e);
        }
    }

    public void Dispose() => _http.Dispose();

    // A request is sent once: each attempt makes its own.
    private HttpRequestMessage RequestOf(OutgoingMail mail)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "emails")
        {
            Content = JsonContent.Create(new ResendEmail(_options.From, [mail.To], mail.OneLineSubject, mail.Text), ResendJson.Default.ResendEmail),
        };
        request.Headers.Add("Idempotency-Key", mail.Key);
        return request;
    }

    private static bool MayPass(HttpStatusCode status) =>
        status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500;

    private static ProviderFault FaultOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ProviderFault.Unauthorized,
        _ when MayPass(status) || status == HttpStatusCode.Conflict => ProviderFault.Transient,
        _ => ProviderFault.Rejected,
    };
}

/// <summary>The body of POST /emails: what this platform uses of it.</summary>
internal sealed record ResendEmail(
    [property: JsonPropertyName("from")] string From,
    [property: JsonPropertyName("to")] string[] To,
    [property: JsonPropertyName("subject")] string Subject,
    [property: JsonPropertyName("text")] string Text);

[JsonSerializable(typeof(ResendEmail))]
internal sealed partial class ResendJson : JsonSerializerContext;
