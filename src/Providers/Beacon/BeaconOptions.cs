using System;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Beacon;

/// <summary>Which of drand's two HTTP interfaces a relay speaks.</summary>
public enum RelayVersion
{
    /// <summary><c>/{chain}/public/{round}</c>, with the randomness in the answer.</summary>
    V1,

    /// <summary><c>/v2/chains/{chain}/rounds/{round}</c>, without.</summary>
    V2,
}

/// <summary>A server that hands on rounds.</summary>
/// <param name="Address">Where its paths begin; ends with a slash.</param>
public sealed record BeaconRelay(Uri Address, RelayVersion Version);

/// <summary>Where rounds of public randomness come from. The host refuses to start on a bad value.</summary>
public sealed record BeaconOptions
{
    /// <summary>What "drand" stands for: the League of Entropy's public relays, of two operators.</summary>
    private const string PublicRelays =
        "v2+https://api.drand.sh v1+https://drand.cloudflare.com v2+https://api2.drand.sh v2+https://api3.drand.sh";

    /// <summary>None (the default: no draw can use the beacon), or 2 to 8 on different hosts. Independent operators are worth more than many.</summary>
    public ImmutableArray<BeaconRelay> Relays { get; init; } = [];

    /// <summary>How long one relay may take for its answer, a second attempt included; 1 to 30, default 5.</summary>
    public int TimeoutSeconds { get; init; } = 5;

    /// <summary>How long is waited before a relay that failed is asked the second and last time, in milliseconds; 0 to 5000, default 250.</summary>
    public int RetryDelayMilliseconds { get; init; } = 250;

    /// <summary>Default: quicknet.</summary>
    public BeaconChain Chain { get; init; } = BeaconChain.Quicknet;

    /// <summary>Whether there is a beacon at all.</summary>
    public bool IsConfigured => !Relays.IsDefaultOrEmpty;

    /// <summary>
    /// Reads the relays: nothing or <c>none</c>, <c>drand</c> for the public ones, or two to eight of <c>v1+https://…</c> and
    /// <c>v2+https://…</c> with spaces or commas between them. Throws <see cref="ArgumentException"/> with a sentence that says what to
    /// change.
    /// </summary>
    public static BeaconOptions Parse(string? relays, BeaconChain? chain = null)
    {
        var named = relays is null or "none" ? "" : relays == "drand" ? PublicRelays : relays;
        var options = new BeaconOptions
        {
            Chain = chain ?? BeaconChain.Quicknet,
            Relays = [.. named.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(ParseRelay)],
        };
        options.Validate();
        return options;
    }

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(!Relays.IsDefault && Relays.Length is 0 or (>= 2 and <= 8), "name none or 2 to 8 relays: an answer counts when two of them agree.");
        Require(Relays.All(r => Enum.IsDefined(r.Version) && IsUsable(r.Address)),
            "a relay's address is https (http on this machine alone), and has no user, query or fragment.");
        Require(Relays.Select(r => r.Address.Authority).Distinct(StringComparer.OrdinalIgnoreCase).Count() == Relays.Length,
            "two relays stand on one host: it would agree with itself.");
        Require(TimeoutSeconds is >= 1 and <= 30, "the time-out is 1 to 30 seconds.");
        Require(RetryDelayMilliseconds is >= 0 and <= 5000, "the delay before the second attempt is 0 to 5000 milliseconds.");
        Require(Chain.Scheme == BeaconChain.QuicknetScheme, $"only chains of the scheme {BeaconChain.QuicknetScheme} are read.");
        Require(IsHex(Chain.ChainHash, 32), "a chain's hash is 32 bytes in lower-case hex.");
        Require(IsHex(Chain.PublicKey, 96), "a chain's public key is 96 bytes in lower-case hex.");
        Require(Chain.PeriodSeconds is >= 1 and <= BeaconChain.PeriodMax, "a chain's period is 1 to 86400 seconds.");
        Require(Chain.GenesisTime is >= 0 and <= BeaconChain.GenesisMax, "a chain begins between 1970 and 9999.");
    }

    internal static bool IsHex(string? text, int bytes) =>
        text is not null && text.Length == 2 * bytes && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    private static BeaconRelay ParseRelay(string text)
    {
        var version = text.StartsWith("v1+", StringComparison.Ordinal) ? RelayVersion.V1 : RelayVersion.V2;
        Require(version == RelayVersion.V1 || text.StartsWith("v2+", StringComparison.Ordinal), "a relay is written v1+https://… or v2+https://….");
        Require(Uri.TryCreate(text[3..].TrimEnd('/') + "/", UriKind.Absolute, out var address), "a relay's address is an absolute one.");
        return new BeaconRelay(address!, version);
    }

    private static bool IsUsable(Uri address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" } && address.AbsolutePath.EndsWith('/')
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"--beacon (or PLATFORM_BEACON): {what}");
        }
    }
}
