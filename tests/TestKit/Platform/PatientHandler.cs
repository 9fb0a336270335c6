using System;
using System.Diagnostics;
using System.Net;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace PrizeDraw.TestKit.Platform;

/// <summary>
/// Does with 503 and Retry-After, for which a busy machine's database is reason enough, what the API asks for: sends the same request again, until
/// another answer comes.
/// </summary>
public sealed class PatientHandler() : DelegatingHandler(new SocketsHttpHandler { MaxConnectionsPerServer = 256 })
{
    /// <summary>Of a whole request; a limit costs nothing where it is not come to.</summary>
    internal static readonly TimeSpan TimeLimit = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>For requests to this address by anybody, such as browsers send.</summary>
    public static HttpClient Client(Uri address) => new(new PatientHandler()) { BaseAddress = address, Timeout = TimeLimit };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            var answer = await base.SendAsync(request, cancellationToken);
            if (answer is not { StatusCode: HttpStatusCode.ServiceUnavailable, Headers.RetryAfter.Delta: { } pause } || Stopwatch.GetElapsedTime(began) > Patience)
            {
                return answer;
            }

            answer.Dispose();
            await Task.Delay(pause, cancellationToken);
        }
    }
}
