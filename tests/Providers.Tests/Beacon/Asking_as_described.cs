using System;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using PrizeDraw.Providers.Beacon;
using PrizeDraw.TestKit.Draws;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Beacon;

/// <summary>What is asked, and what the stand-in answers, against drand's published descriptions.</summary>
public sealed class Asking_as_described
{
    [Theory]
    [InlineData(123)]
    [InlineData(657413)]
    [InlineData(124)] // not recorded: 404
    public async Task keeps_to_both_versions(long round)
    {
        await using var one = await StandInRelay.StartAsync();
        await using var two = await StandInRelay.StartAsync();
        using var beacon = new DrandBeacon(
            new BeaconOptions { Relays = [one.As(RelayVersion.V1), two.As(RelayVersion.V2)] }, TimeProvider.System, NullLogger<DrandBeacon>.Instance);
        await beacon.RoundAsync(round, default);
        Check(RelayVersion.V1, one);
        Check(RelayVersion.V2, two);
    }

    [Theory]
    [InlineData(RelayVersion.V1, "")]
    [InlineData(RelayVersion.V2, "v2/chains/")]
    public async Task is_about_a_chain_whose_description_the_stand_in_gives(RelayVersion version, string prefix)
    {
        var chain = StandInChain.Beginning(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var relay = await StandInRelay.StartAsync(chain);
        using var http = new HttpClient { BaseAddress = relay.Address };
        var body = await http.GetStringAsync(new Uri($"{prefix}{chain.Chain.ChainHash}/info", UriKind.Relative));
        new DrandContract(version).FaultsOf("GET", $"/{prefix}{chain.Chain.ChainHash}/info", 200, body).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("POST", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1", 200, """{"round":1,"randomness":"","signature":""}""")]
    [InlineData("GET", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/rounds/1", 200, """{"round":1,"randomness":"","signature":""}""")]
    [InlineData("GET", "/52db9ba7/public/1", 200, """{"round":1,"randomness":"","signature":""}""")]
    [InlineData("GET", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/0", 200, """{"round":1,"randomness":"","signature":""}""")]
    [InlineData("GET", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1", 200, """{"round":1,"signature":""}""")]
    [InlineData("GET", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1", 200, """{"round":"1","randomness":"","signature":""}""")]
    [InlineData("GET", "/52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971/public/1", 500, "{}")]
    public void is_judged_by_a_check_that_sees_what_is_wrong(string method, string path, int status, string body) =>
        new DrandContract(RelayVersion.V1).FaultsOf(method, path, status, body).ShouldHaveSingleItem();

    private static void Check(RelayVersion version, StandInRelay relay)
    {
        var request = relay.Requests.ShouldHaveSingleItem();
        var answer = relay.Answers.ShouldHaveSingleItem();
        new DrandContract(version).FaultsOf(request.Method, request.Path, answer.Status, answer.Body).ShouldBeEmpty();
        // The question is all that is said: nothing tells whose draw it is for.
        request.Body.ShouldBeEmpty();
        request.Headers.Keys.Except(["Host", "Accept"], StringComparer.OrdinalIgnoreCase).ShouldBeEmpty();
    }
}
