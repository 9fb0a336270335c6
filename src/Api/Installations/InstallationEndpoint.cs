using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Api.Installations;

/// <summary>What this installation serves.</summary>
/// <param name="Draws">What draws can be here.</param>
/// <param name="Providers">Who provides the parts of a campaign that names nobody.</param>
/// <param name="Incarnation">Which life of the central database this is.</param>
[Example("""{"draws":{"levels":["beacon","beacon-unwitnessed","observed"],"strongest":"beacon","relays":true,"authority":true},"providers":{"database":"local","repository":"local","site":"local"},"incarnation":{"id":"5b1f0d0e6f1c4b6b8f6e0f5a5d1c2b3a","beganAt":"2026-11-20T09:00:00Z","confirmedAt":null}}""")]
public sealed record InstallationAnswer(DrawsServed Draws, ProviderChoice Providers, IncarnationAnswer Incarnation);

/// <summary>What draws can be here.</summary>
/// <param name="Levels">Levels of evidence that a draw can be published at, the strongest first.</param>
/// <param name="Strongest">The level of a draw that names none; never observed, which takes a person.</param>
/// <param name="Relays">Whether relays of a randomness beacon are configured.</param>
/// <param name="Authority">Whether a time-stamp authority is configured, which witnesses commitments.</param>
public sealed record DrawsServed(IReadOnlyList<string> Levels, string Strongest, bool Relays, bool Authority);

/// <summary>One life of the central database: after a restore of an older state there is a new one.</summary>
/// <param name="Id">Its id, which a confirmation names.</param>
/// <param name="BeganAt">When it was first seen.</param>
/// <param name="ConfirmedAt">Since when it may act; null while nothing is drawn, deleted or sent.</param>
[Example("""{"id":"5b1f0d0e6f1c4b6b8f6e0f5a5d1c2b3a","beganAt":"2026-11-20T09:00:00Z","confirmedAt":"2026-11-20T09:05:00Z"}""")]
public sealed record IncarnationAnswer(string Id, DateTimeOffset BeganAt, DateTimeOffset? ConfirmedAt)
{
    internal static IncarnationAnswer From(IncarnationView view) => new(view.Id, view.BeganAt, view.ConfirmedAt);
}

/// <summary>Which incarnation may act.</summary>
[Example("""{"incarnation":"5b1f0d0e6f1c4b6b8f6e0f5a5d1c2b3a"}""")]
public sealed record ConfirmationFields
{
    /// <summary>The incarnation's id, as the installation tells it.</summary>
    [StringLength(32, MinimumLength = 32)] public required string Incarnation { get; init; }
}

internal static class InstallationEndpoint
{
    public static void Map(RouteGroupBuilder v1)
    {
        v1.MapGet("/installation", GetAsync).WithTags("Installation")
            .Describe("getInstallation", "What this installation serves, such as the levels of evidence that draws can have, and whether it may act.")
            .For(Access.ReadOnly).Answers<InstallationAnswer>(200);
        v1.MapPost("/installation/confirm", ConfirmAsync).WithTags("Installation")
            .Describe("confirmInstallation", "Let the platform act again after its central database was restored to an older state.")
            .For(Access.SuperAdmin).Answers<IncarnationAnswer>(200).Fails("installation.incarnation_changed");
    }

    private static async Task<IResult> GetAsync(IInstallation installation, IIncarnation incarnation, CancellationToken ct)
    {
        var draws = installation.Draws;
        return Answer.Ok(new InstallationAnswer(
            new DrawsServed(draws.Levels, draws.Strongest, draws.Relays, draws.Authority), installation.Providers,
            IncarnationAnswer.From(await incarnation.GetAsync(ct))));
    }

    private static async Task<IResult> ConfirmAsync(Body<ConfirmationFields> body, Caller caller, IGrainFactory grains) =>
        (await grains.GetGrain<IInstallationGrain>(GrainKeys.Platform).ConfirmAsync(new ConfirmIncarnation(caller.Actor, body.Value.Incarnation)))
        .Then(confirmed => Answer.Ok(IncarnationAnswer.From(confirmed)));
}
