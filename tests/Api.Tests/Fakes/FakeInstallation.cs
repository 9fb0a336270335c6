using System;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Installations;

namespace PrizeDraw.Api.Tests.Fakes;

/// <summary>An installation with relays and without a witness, whose database was set back.</summary>
internal sealed class FakeInstallation(FakePlatform platform) : IInstallation, IIncarnation, IInstallationGrain
{
    public const string Incarnation = "5b1f0d0e6f1c4b6b8f6e0f5a5d1c2b3a";

    private IncarnationView view = new("0a1b2c3d4e5f60718293a4b5c6d7e8f9", Incarnation, new DateTimeOffset(2026, 11, 20, 9, 0, 0, TimeSpan.Zero), null);

    public ServedDraws Draws => new(["beacon-unwitnessed", "observed"], "beacon-unwitnessed", true, false);

    public ProviderChoice Providers => new(ProviderNames.Supabase, ProviderNames.GitHub, ProviderNames.Vercel);

    public async Task<bool> IsConfirmedAsync(CancellationToken ct) => (await GetAsync(ct)).ConfirmedAt is not null;

    public Task<IncarnationView> GetAsync(CancellationToken ct)
    {
        platform.Read();
        return Task.FromResult(view);
    }

    public Task<Result<IncarnationView>> ConfirmAsync(ConfirmIncarnation command)
    {
        platform.Command();
        if (command.Incarnation != Incarnation)
        {
            return Task.FromResult<Result<IncarnationView>>(new Refusal("installation.incarnation_changed", "It is another one."));
        }

        view = view with { ConfirmedAt = platform.Clock.GetUtcNow() };
        return Task.FromResult<Result<IncarnationView>>(view);
    }
}
