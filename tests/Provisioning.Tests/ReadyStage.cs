using System.Threading.Tasks;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A stage with one campaign that is ready, for tests that leave it so.</summary>
public sealed class ReadyStage : IAsyncLifetime
{
    public CloudStage Stage { get; } = new();

    public (string Id, string Slug) Campaign { get; private set; }

    public async Task InitializeAsync()
    {
        await ((IAsyncLifetime)Stage).InitializeAsync();
        Campaign = await Stage.BeginAsync();
        (await Stage.EndsAsync(Campaign.Id)).ShouldBe("ready", string.Join('\n', await Stage.LogAsync(Campaign.Id)));
    }

    public Task DisposeAsync() => ((IAsyncLifetime)Stage).DisposeAsync();
}
