using System;
using System.IO;
using System.Linq;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Beacon;

public sealed class Naming_relays
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("none")]
    public void is_not_needed(string? relays) => BeaconOptions.Parse(relays).IsConfigured.ShouldBeFalse();

    [Fact]
    public void takes_the_public_ones_by_one_word()
    {
        var options = BeaconOptions.Parse("drand");
        options.Relays.Select(r => r.Address.Host).ShouldBe(["api.drand.sh", "drand.cloudflare.com", "api2.drand.sh", "api3.drand.sh"]);
        options.Relays.Select(r => r.Version).ShouldBe([RelayVersion.V2, RelayVersion.V1, RelayVersion.V2, RelayVersion.V2]);
        (options.Chain, options.TimeoutSeconds).ShouldBe((BeaconChain.Quicknet, 5));
    }

    [Fact]
    public void takes_paths_and_loopback() =>
        BeaconOptions.Parse("v1+https://a.example/drand, v2+http://127.0.0.1:81 v2+http://127.0.0.1:82/").Relays.ShouldBe(
        [
            new BeaconRelay(new Uri("https://a.example/drand/"), RelayVersion.V1),
            new BeaconRelay(new Uri("http://127.0.0.1:81/"), RelayVersion.V2),
            new BeaconRelay(new Uri("http://127.0.0.1:82/"), RelayVersion.V2),
        ]);

    [Theory]
    [InlineData("v2+https://a.example", "2 to 8")]
    [InlineData("v2+https://1.a v2+https://2.a v2+https://3.a v2+https://4.a v2+https://5.a v2+https://6.a v2+https://7.a v2+https://8.a v2+https://9.a", "2 to 8")]
    [InlineData("v1+https://a.example v2+https://A.example/v2", "one host")]
    [InlineData("v1+http://a.example v2+https://b.example", "https")]
    [InlineData("v1+https://user@a.example v2+https://b.example", "no user")]
    [InlineData("https://a.example https://b.example", "v1+https")]
    [InlineData("v3+https://a.example v2+https://b.example", "v1+https")]
    [InlineData("v1+a.example v2+https://b.example", "absolute")]
    public void says_what_is_wrong_with_them(string relays, string told) =>
        Should.Throw<ArgumentException>(() => BeaconOptions.Parse(relays)).Message.ShouldContain(told);

    [Theory]
    [InlineData("hash")]
    [InlineData("scheme")]
    [InlineData("key")]
    [InlineData("period")]
    [InlineData("genesis")]
    [InlineData("timeout")]
    public void says_what_is_wrong_with_the_rest(string what)
    {
        var chain = BeaconChain.Quicknet;
        var bad = what switch
        {
            "hash" => new BeaconOptions { Chain = chain with { ChainHash = chain.ChainHash.ToUpperInvariant() } },
            "scheme" => new BeaconOptions { Chain = chain with { Scheme = "pedersen-bls-chained" } },
            "key" => new BeaconOptions { Chain = chain with { PublicKey = chain.PublicKey[..96] } },
            "period" => new BeaconOptions { Chain = chain with { PeriodSeconds = 0 } },
            "genesis" => new BeaconOptions { Chain = chain with { GenesisTime = -1 } },
            _ => new BeaconOptions { TimeoutSeconds = 31 },
        };
        Should.Throw<ArgumentException>(bad.Validate).Message.ShouldStartWith("--beacon");
    }

    [Theory]
    [InlineData(RelayVersion.V1)]
    [InlineData(RelayVersion.V2)]
    public void reads_a_chain_as_relays_describe_it(RelayVersion version)
    {
        using var folder = new TempFolder();
        var chain = StandInChain.Beginning(new DateTimeOffset(2026, 12, 5, 10, 0, 0, TimeSpan.Zero));
        File.WriteAllText(folder["chain.json"], chain.Info(version));
        BeaconChainFile.Read(folder["chain.json"]).ShouldBe(chain.Chain);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not JSON")]
    [InlineData("""{"hash":1,"schemeID":"","public_key":"","genesis_time":0,"period":3}""")]
    [InlineData("""{"hash":"","schemeID":"","public_key":"","genesis_time":0.5,"period":3}""")]
    public void refuses_what_describes_no_chain(string text)
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["chain.json"], text);
        Should.Throw<ArgumentException>(() => BeaconChainFile.Read(folder["chain.json"])).Message.ShouldContain("--beacon-chain");
        Should.Throw<ArgumentException>(() => BeaconChainFile.Read(folder["absent.json"])).Message.ShouldContain("--beacon-chain");
    }
}
