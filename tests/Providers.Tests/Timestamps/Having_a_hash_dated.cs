using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Timestamps;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Timestamps;

public sealed class Having_a_hash_dated : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 12, 5, 12, 0, 0, 250, TimeSpan.Zero);
    private static readonly byte[] Hash = SHA256.HashData("a commitment"u8);

    private readonly SteppedClock _clock = new(Noon);
    private StandInAuthority _authority = null!;

    public async Task InitializeAsync() => _authority = await StandInAuthority.StartAsync(_clock);

    public async Task DisposeAsync() => await _authority.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task gives_a_token_with_its_time(bool trusting)
    {
        var stamped = (await StampAsync(trusting ? _authority.TrustFile : null)).ShouldBeOfType<Stamped>();
        (stamped.GenTime, stamped.GenTime.Offset, stamped.Policy).ShouldBe((Noon, TimeSpan.Zero, "1.2.3.4.1"));
        stamped.SignerSubject.ShouldBe("CN=Stand-in time-stamp authority");
        var request = _authority.Requests.ShouldHaveSingleItem();
        (request.Method, request.Header("Content-Type"), request.Header("Accept"))
            .ShouldBe(("POST", "application/timestamp-query", "application/timestamp-reply"));
        request.Headers.Keys.Except(["Host", "Accept", "Content-Type", "Content-Length"], StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
    }

    [Fact]
    public async Task takes_the_signer_itself_for_an_anchor() => (await StampAsync(_authority.SignerFile)).ShouldBeOfType<Stamped>();

    [Fact]
    public async Task never_asks_twice_with_one_nonce()
    {
        await StampAsync(null);
        await StampAsync(null);
        _authority.Requests.Select(r => Convert.ToHexString(r.Body)).Distinct().Count().ShouldBe(2);
    }

    [Theory]
    [InlineData(-61)]
    [InlineData(86_400)]
    public async Task leaves_a_wrong_clock_to_be_judged_by_the_caller(int seconds)
    {
        _authority.ClockError = TimeSpan.FromSeconds(seconds);
        (await StampAsync(_authority.TrustFile)).ShouldBeOfType<Stamped>().GenTime.ShouldBe(Noon.AddSeconds(seconds));
    }

    [Theory]
    [InlineData(AuthorityFlaw.WrongImprint, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.WrongNonce, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.NoNonce, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.ExpiredCertificate, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.NotForTimeStamping, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.BrokenSignature, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.TrailingByte, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.Garbage, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.Endless, TimestampFault.Invalid)]
    [InlineData(AuthorityFlaw.Rejecting, TimestampFault.Refused)]
    [InlineData(AuthorityFlaw.Failing, TimestampFault.Unreachable)]
    public async Task refuses_what_is_wrong_with_or_without_anchors(AuthorityFlaw flaw, TimestampFault fault)
    {
        _authority.Flaw = flaw;
        (await StampAsync(_authority.TrustFile)).ShouldBeOfType<NotStamped>().Fault.ShouldBe(fault);
        var refused = (await StampAsync(null)).ShouldBeOfType<NotStamped>();
        (refused.Fault, refused.Reason.Length > 0).ShouldBe((fault, true));
        _authority.Flaw = AuthorityFlaw.None;
        (await StampAsync(_authority.TrustFile)).ShouldBeOfType<Stamped>();
    }

    [Fact]
    public async Task refuses_an_authority_that_nobody_trusts()
    {
        await using var other = await StandInAuthority.StartAsync(_clock);
        var refused = (await StampAsync(other.TrustFile)).ShouldBeOfType<NotStamped>();
        refused.Fault.ShouldBe(TimestampFault.Invalid);
        refused.Reason.ShouldContain("CN=Stand-in time-stamp authority");
    }

    [Fact]
    public async Task refuses_a_response_with_any_bit_turned_over()
    {
        const int statusAt = 8; // turned over, "granted" becomes "granted with modifications"
        using var client = Client(_authority.TrustFile);
        var length = 0;
        _authority.Distort = response => { length = response.Length; return response; };
        (await client.StampAsync(Hash, default)).ShouldBeOfType<Stamped>();

        // Every byte where structure is dense, every fifth of keys and hashes; another bit each time.
        foreach (var place in Enumerable.Range(0, length).Where(i => i < 200 || i % 5 == 0 || i is > 700 and < 900))
        {
            _authority.Distort = response => { response[place] ^= (byte)(1 << (place % 8)); return response; };
            var result = await client.StampAsync(Hash, default);
            (result is Stamped).ShouldBe(place == statusAt, $"byte {place}: {result}");
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task follows_the_certificates_that_a_token_brings_along(bool trusted)
    {
        await using var indirect = await StandInAuthority.StartAsync(_clock, withIntermediate: true);
        var trust = trusted ? indirect.TrustFile : _authority.TrustFile;
        using var client = new Rfc3161Authority(TimestampOptions.Parse(indirect.Address.ToString(), trust), _clock);
        (await client.StampAsync(Hash, default) is Stamped).ShouldBe(trusted);
    }

    [Fact]
    public async Task signs_in_where_that_is_asked_for()
    {
        _authority.Credentials = ("ann", "pass:word");
        (await StampAsync(null)).ShouldBeOfType<NotStamped>().Fault.ShouldBe(TimestampFault.Refused);
        using var signedIn = new Rfc3161Authority(
            TimestampOptions.Parse(_authority.Address.ToString().Replace("//", "//ann@", StringComparison.Ordinal), null, "pass:word"), _clock);
        (await signedIn.StampAsync(Hash, default)).ShouldBeOfType<Stamped>();
    }

    [Fact]
    public async Task does_not_wait_for_ever()
    {
        _authority.Flaw = AuthorityFlaw.Hanging;
        using var client = Client(null);
        var asking = client.StampAsync(Hash, default);
        await _authority.WaitUntilAskedAsync();
        asking.IsCompleted.ShouldBeFalse();
        _clock.Move(TimeSpan.FromSeconds(10));
        (await asking.WaitAsync(TimeSpan.FromSeconds(120))).ShouldBeOfType<NotStamped>().Fault.ShouldBe(TimestampFault.Unreachable);
    }

    [Fact]
    public async Task can_be_given_up()
    {
        _authority.Flaw = AuthorityFlaw.Hanging;
        using var client = Client(null);
        using var given = new CancellationTokenSource();
        var asking = client.StampAsync(Hash, given.Token);
        await _authority.WaitUntilAskedAsync();
        await given.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => asking.WaitAsync(TimeSpan.FromSeconds(120)));
    }

    [Fact]
    public async Task says_that_nobody_was_there_or_named()
    {
        using var client = Client(null);
        await _authority.DisposeAsync();
        (await client.StampAsync(Hash, default)).ShouldBeOfType<NotStamped>().Fault.ShouldBe(TimestampFault.Unreachable);
        using var none = new Rfc3161Authority(new TimestampOptions(), _clock);
        none.IsConfigured.ShouldBeFalse();
        (await none.StampAsync(Hash, default)).ShouldBeOfType<NotStamped>().Fault.ShouldBe(TimestampFault.NotConfigured);
        await Should.ThrowAsync<ArgumentException>(() => none.StampAsync(new byte[31], default));
        _authority = await StandInAuthority.StartAsync(_clock);
    }

    [OpenSslFact]
    public async Task gives_a_token_that_openssl_takes()
    {
        var stamped = (await StampAsync(_authority.TrustFile)).ShouldBeOfType<Stamped>();
        await IsTakenByOpenSslAsync(stamped, _authority, Hash, taken: true);
        await IsTakenByOpenSslAsync(stamped, _authority, SHA256.HashData(Hash), taken: false);
    }

    [OpenSslFact]
    public async Task takes_a_token_that_openssl_made()
    {
        await using var openssl = await StandInAuthority.StartAsync(byOpenSsl: true);
        var before = TimeProvider.System.GetUtcNow();
        using var client = new Rfc3161Authority(TimestampOptions.Parse(openssl.Address.ToString(), openssl.TrustFile) with { TimeoutSeconds = 60 }, TimeProvider.System);
        var stamped = (await client.StampAsync(Hash, default)).ShouldBeOfType<Stamped>();
        stamped.GenTime.ShouldBeInRange(before.AddSeconds(-2), TimeProvider.System.GetUtcNow().AddSeconds(2));
        stamped.Policy.ShouldBe("1.2.3.4.1");
        await IsTakenByOpenSslAsync(stamped, openssl, Hash, taken: true);
    }

    private static async Task IsTakenByOpenSslAsync(Stamped stamped, StandInAuthority authority, byte[] hash, bool taken)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["token.der"], [.. stamped.Token]);
        var (exit, printed) = await OpenSsl.RunAsync(
            "ts", "-verify", "-digest", Convert.ToHexStringLower(hash), "-in", folder["token.der"], "-token_in", "-CAfile", authority.TrustFile);
        (exit == 0).ShouldBe(taken, printed);
    }

    private async Task<TimestampResult> StampAsync(string? trusted)
    {
        using var client = Client(trusted);
        return await client.StampAsync(Hash, default);
    }

    private Rfc3161Authority Client(string? trusted) => new(TimestampOptions.Parse(_authority.Address.ToString(), trusted), _clock);
}
