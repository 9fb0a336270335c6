using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace PrizeDraw.TestKit.Draws;

/// <summary>What is wrong with a stand-in authority.</summary>
public enum AuthorityFlaw
{
    None,

    /// <summary>Dates another hash.</summary>
    WrongImprint,

    /// <summary>Answers another request.</summary>
    WrongNonce,

    /// <summary>Leaves the nonce out, as for a request that had none: an old token sent again.</summary>
    NoNonce,

    /// <summary>Signs with a certificate that has run out.</summary>
    ExpiredCertificate,

    /// <summary>Signs with a certificate that is meant for something else.</summary>
    NotForTimeStamping,

    /// <summary>One bit of the signature is wrong.</summary>
    BrokenSignature,

    /// <summary>Follows the token with a byte of something else.</summary>
    TrailingByte,

    /// <summary>Rejects the request, in RFC 3161's way.</summary>
    Rejecting,

    /// <summary>Sends no ASN.1.</summary>
    Garbage,

    /// <summary>Sends a megabyte.</summary>
    Endless,

    /// <summary>500.</summary>
    Failing,

    /// <summary>Takes the request and never answers.</summary>
    Hanging,
}

/// <summary>
/// A time-stamp authority (RFC 3161 over HTTP) on a free port of this machine, with a root of trust of its own. Writes its tokens itself,
/// so that it can be wrong in any way and by any clock; or has <c>openssl ts</c> write them, by the machine's clock and without flaws.
/// </summary>
public sealed class StandInAuthority : IAsyncDisposable
{
    private readonly AuthorityKeys _keys;
    private readonly TempFolder _folder = new();
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly TimeProvider _time;
    private readonly bool _byOpenSsl;
    private long _serial;
    private Receiver _receiver = null!;

    private StandInAuthority(TimeProvider time, bool byOpenSsl, bool withIntermediate)
    {
        (_time, _byOpenSsl, _keys) = (time, byOpenSsl, new AuthorityKeys(withIntermediate));
        _keys.Write(_folder.Path);
        File.WriteAllText(_folder["serial"], "01");
        File.WriteAllText(_folder["tsa.cnf"], Configuration());
    }

    /// <summary>Where requests are posted.</summary>
    public Uri Address => new(_receiver.Address, "tsr");

    /// <summary>PEM file of the root that its certificate leads to.</summary>
    public string TrustFile => _folder["root.pem"];

    /// <summary>PEM file of the certificate that it signs with.</summary>
    public string SignerFile => _folder["signer.pem"];

    public AuthorityFlaw Flaw { get; set; }

    /// <summary>How far its clock is off: added to the given one. Not with openssl.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>What becomes of each response on its way; null for nothing.</summary>
    public Func<byte[], byte[]>? Distort { get; set; }

    /// <summary>User and password that it asks for (HTTP Basic); null for nobody's.</summary>
    public (string User, string Password)? Credentials { get; set; }

    /// <summary>What it was asked so far, in order.</summary>
    public IReadOnlyCollection<Received> Requests => _receiver.Requests;

    /// <param name="time">What it dates by; default: the machine's clock.</param>
    /// <param name="byOpenSsl">Whether <c>openssl ts</c> writes the tokens.</param>
    /// <param name="withIntermediate">Whether its certificate leads to the root by way of another one, which its tokens bring along.</param>
    public static async Task<StandInAuthority> StartAsync(TimeProvider? time = null, bool byOpenSsl = false, bool withIntermediate = false)
    {
        var authority = new StandInAuthority(time ?? TimeProvider.System, byOpenSsl, withIntermediate);
        authority._receiver = await Receiver.StartAsync((context, _) => authority.AnswerAsync(context));
        return authority;
    }

    /// <summary>Waits until it has been asked once more (than at the last call).</summary>
    public async Task WaitUntilAskedAsync()
    {
        if (!await _asked.WaitAsync(TimeSpan.FromMinutes(3)))
        {
            throw new TimeoutException("The stand-in authority was not asked.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        _asked.Dispose();
        _oneAtATime.Dispose();
        _keys.Dispose();
        _folder.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        _asked.Release();
        if (Flaw == AuthorityFlaw.Hanging)
        {
            var gone = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(() => gone.TrySetCanceled());
            await gone.Task;
        }

        context.Response.StatusCode = StatusFor(context.Request);
        if (context.Response.StatusCode == 200)
        {
            context.Response.ContentType = "application/timestamp-reply";
            var response = await RespondAsync(Receiver.Of(context).Body);
            await context.Response.Body.WriteAsync(Distort?.Invoke(response) ?? response);
        }
    }

    private int StatusFor(HttpRequest request)
    {
        var expected = Credentials is var (user, password) ? "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) : null;
        return Flaw == AuthorityFlaw.Failing ? 500
            : request.Method != "POST" || request.Path != "/tsr" ? 404
            : request.ContentType != "application/timestamp-query" ? 415
            : expected is not null && request.Headers.Authorization != expected ? 401
            : 200;
    }

    private async Task<byte[]> RespondAsync(byte[] query)
    {
        if (_byOpenSsl)
        {
            return await RespondByOpenSslAsync(query);
        }

        if (!Rfc3161TimestampRequest.TryDecode(query, out var request, out _) || Flaw == AuthorityFlaw.Rejecting)
        {
            return StandInToken.Rejecting();
        }

        return Flaw switch
        {
            AuthorityFlaw.Garbage => Encoding.ASCII.GetBytes("<html>502</html>"),
            AuthorityFlaw.Endless => new byte[1024 * 1024],
            AuthorityFlaw.TrailingByte => [.. StandInToken.Granting(Token(request)), 0],
            _ => StandInToken.Granting(Token(request)),
        };
    }

    private byte[] Token(Rfc3161TimestampRequest request)
    {
        var (hash, nonce) = (request.GetMessageHash().ToArray(), request.GetNonce()?.ToArray() ?? []);
        hash = Flaw == AuthorityFlaw.WrongImprint ? SHA256.HashData(hash) : hash;
        nonce = Flaw == AuthorityFlaw.WrongNonce ? [0x41, .. nonce[1..^1], (byte)(nonce[^1] ^ 1)] : Flaw == AuthorityFlaw.NoNonce ? [] : nonce;
        var signer = Flaw switch
        {
            AuthorityFlaw.ExpiredCertificate => _keys.Expired,
            AuthorityFlaw.NotForTimeStamping => _keys.NotForTimeStamping,
            _ => _keys.Signer,
        };
        var token = StandInToken.Make(hash, nonce, _time.GetUtcNow() + ClockError, Interlocked.Increment(ref _serial), signer, _keys.Intermediate);
        // The signature's value stands at the end of the token.
        token[^1] ^= Flaw == AuthorityFlaw.BrokenSignature ? (byte)1 : (byte)0;
        return token;
    }

    private async Task<byte[]> RespondByOpenSslAsync(byte[] query)
    {
        await _oneAtATime.WaitAsync();
        try
        {
            await File.WriteAllBytesAsync(_folder["query.tsq"], query);
            var (exit, printed) = await OpenSsl.RunAsync(
                "ts", "-reply", "-config", _folder["tsa.cnf"], "-queryfile", _folder["query.tsq"], "-out", _folder["reply.tsr"]);
            return exit == 0 ? await File.ReadAllBytesAsync(_folder["reply.tsr"]) : throw new InvalidOperationException(printed);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    private string Configuration() =>
        $"""
        [tsa]
        default_tsa = here
        [here]
        serial = {_folder["serial"]}
        signer_cert = {_folder["signer.pem"]}
        signer_key = {_folder["signer.key"]}
        certs = {_folder["between.pem"]}
        signer_digest = sha256
        default_policy = {StandInToken.Policy}
        digests = sha256
        accuracy = secs:1
        ordering = no
        tsa_name = yes
        ess_cert_id_chain = no
        ess_cert_id_alg = sha256
        """;
}
