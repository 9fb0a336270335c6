using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

[Collection(DrawServerCollection.Name)]
public sealed class Observing_a_draw(PoolServer server)
{
    private static readonly DrawCommand ByManager = new(PoolHost.Manager);
    private static readonly byte[] Token = SHA256.HashData([1]), Earlier = SHA256.HashData([2]);

    private static AskObserver Ask(byte[] token) => new(PoolHost.Manager, Ids.New(Ids.Observer, PoolHost.Noon), "Dr Jane Marsh", null, [.. token]);

    private static SupplyRandomness Signed(Bytes32 commitment, byte[] token, byte[] randomness)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new SupplyRandomness(
            [.. token], [.. randomness], [.. key.ExportSubjectPublicKeyInfo()],
            [.. key.SignData(ObserverSignature.Message(commitment, new Bytes32(randomness)), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)],
            "Thrown with dice.");
    }

    private static async Task<Bytes32> CommitmentOf(PoolHost host, TestCampaign campaign) =>
        Bytes32.Parse((string)JsonNode.Parse(await host.CommitmentAsync(campaign))!["hash"]!);

    private static async Task<string?> RefusedAsync(PoolHost host, TestCampaign campaign, SupplyRandomness supplied) =>
        (await host.Draw(campaign).SupplyRandomnessAsync(supplied)).Refusal?.Code;

    [VerifierTheory]
    [InlineData(0x2a)]
    public async Task goes_on_by_itself_to_a_certificate_that_the_verifier_accepts(byte bytes)
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("observed"));
        (await host.Draw(campaign).AskObserverAsync(Ask(Token))).Refusal.ShouldBeNull();
        var early = Signed(Bytes32.HashOf([0]), Token, SHA256.HashData([bytes]));
        (await RefusedAsync(host, campaign, early)).ShouldBe("observation.too_early");

        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        var waiting = await host.WaitsForAsync(campaign, "independent person");
        waiting.Observers.Single().State.ShouldBe("pending");
        (await host.WinnersAsync(campaign)).ShouldBeEmpty();

        var supplied = Signed(await CommitmentOf(host, campaign), Token, SHA256.HashData([bytes]));
        (await RefusedAsync(host, campaign, supplied)).ShouldBeNull();
        (await RefusedAsync(host, campaign, supplied)).ShouldBeNull("the same again changes nothing");
        (await RefusedAsync(host, campaign, Signed(await CommitmentOf(host, campaign), Token, SHA256.HashData([9])))).ShouldBe("observation.supplied");
        await host.ReachesAsync(campaign, "drawn, certified");

        var (exit, said) = await host.VerifyAsync(campaign);
        exit.ShouldBe(0, said);
        var certificate = JsonNode.Parse(await host.CertificateAsync(campaign))!;
        ((string)certificate["observer"]!["randomness"]!).ShouldBe(Convert.ToHexStringLower(supplied.Randomness.AsSpan()));
        ((string)certificate["observer"]!["name"]!).ShouldBe("Dr Jane Marsh");
        (await host.StandAsync(campaign)).Observers.Single().State.ShouldBe("supplied");
        (await host.Draw(campaign).AskObserverAsync(Ask(Earlier))).Refusal!.Code.ShouldBe("draw.wrong_state");
    }

    [Fact]
    public async Task takes_nothing_but_what_the_one_who_was_asked_last_signed_for_this_commitment()
    {
        await using var stage = await DrawStage.SetAsync(server);
        await using var host = await stage.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("observed"));
        (await host.Draw(campaign).AskObserverAsync(Ask(Earlier))).Refusal.ShouldBeNull();
        (await host.Draw(campaign).AskObserverAsync(Ask(Token))).Refusal.ShouldBeNull();
        (await host.StandAsync(campaign)).Observers.Select(o => o.State).ShouldBe(["pending", "withdrawn"], ignoreOrder: true);
        await host.ReachesAsync(campaign, "committed");
        (await host.Draw(campaign).RunAsync(ByManager)).Refusal.ShouldBeNull();
        await host.WaitsForAsync(campaign, "independent person");

        var commitment = await CommitmentOf(host, campaign);
        var good = Signed(commitment, Token, SHA256.HashData([3]));
        (await RefusedAsync(host, campaign, good with { TokenHash = [.. Earlier] })).ShouldBe("observation.not_found", "its link was withdrawn");
        (await RefusedAsync(host, campaign, good with { TokenHash = [.. SHA256.HashData([8])] })).ShouldBe("observation.not_found");
        (await RefusedAsync(host, campaign, good with { Randomness = [.. SHA256.HashData([4])] })).ShouldBe("observation.invalid");
        (await RefusedAsync(host, campaign, good with { Randomness = [1] })).ShouldBe("observation.invalid");
        (await RefusedAsync(host, campaign, good with { PublicKey = [1] })).ShouldBe("observation.invalid");
        (await RefusedAsync(host, campaign, Signed(Bytes32.HashOf([5]), Token, SHA256.HashData([3])))).ShouldBe("observation.invalid");
        (await host.StateAsync(campaign)).ShouldBe("committed");
        (await RefusedAsync(host, campaign, good)).ShouldBeNull();
        await host.ReachesAsync(campaign, "drawn, certified");
    }

    [Fact]
    public async Task is_for_level_observed_alone()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"), 1);
        (await host.Draw(campaign).AskObserverAsync(Ask(Token))).Refusal!.Code.ShouldBe("draw.not_observed");
    }
}
