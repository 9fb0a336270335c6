using System.Collections.Generic;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Api.Installations;

/// <summary>What this installation serves.</summary>
/// <param name="Draws">What draws can be here.</param>
[Example("""{"draws":{"levels":["beacon","beacon-unwitnessed","observed"],"strongest":"beacon","relays":true,"authority":true}}""")]
public sealed record InstallationAnswer(DrawsServed Draws);

/// <summary>What draws can be here.</summary>
/// <param name="Levels">Levels of evidence that a draw can be published at, the strongest first.</param>
/// <param name="Strongest">The level of a draw that names none; never observed, which takes a person.</param>
/// <param name="Relays">Whether relays of a randomness beacon are configured.</param>
/// <param name="Authority">Whether a time-stamp authority is configured, which witnesses commitments.</param>
public sealed record DrawsServed(IReadOnlyList<string> Levels, string Strongest, bool Relays, bool Authority);

internal static class InstallationEndpoint
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/installation", (IInstallation installation) => Answer.Ok(AnswerOf(installation.Draws))).WithTags("Draws")
            .Describe("getInstallation", "What this installation serves: the levels of evidence that draws can have.").For(Access.ReadOnly)
            .Answers<InstallationAnswer>(200);

    private static InstallationAnswer AnswerOf(ServedDraws draws) => new(new DrawsServed(draws.Levels, draws.Strongest, draws.Relays, draws.Authority));
}
