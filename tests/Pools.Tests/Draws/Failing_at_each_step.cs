using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Setup;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Draws;

/// <summary>A draw whose storage fails in the very write that ends a step, and whose host then goes away.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Failing_at_each_step(PoolServer server)
{
    [VerifierTheory]
    [InlineData("new.state = 'frozen' and old.state = 'planned'")]
    [InlineData("new.state = 'committed' and old.state = 'frozen'")]
    [InlineData("new.commitment_published_at is not null and old.commitment_published_at is null")]
    [InlineData("new.state = 'drawn' and old.state = 'committed'")]
    [InlineData("new.certified_events is not null and old.certified_events is null")]
    public async Task leaves_one_draw_and_one_certificate(string write)
    {
        await using var stage = await DrawStage.SetAsync(server);
        TestCampaign campaign;
        await using (var host = await stage.StartHostAsync())
        {
            campaign = await DrawStage.ClosedAsync(host, DrawStage.Settings("committed"));
            await using var database = await host.OpenAsync(campaign);
            await database.RunAsync("create function fail() returns trigger language plpgsql as 'begin raise exception ''out of order''; end'");
            await database.RunAsync($"create trigger fail before update on draw for each row when ({write}) execute function fail()");
            // Whether the call itself fails depends on the step; that nothing is done does not.
            await Record.ExceptionAsync(() => host.Draw(campaign).RunAsync(new DrawCommand(PoolHost.Manager)));
            (await host.StateAsync(campaign)).ShouldNotBe("drawn, certified");
            await database.RunAsync("drop trigger fail on draw");
        }

        await using var next = await stage.StartHostAsync();
        await next.ReachesAsync(campaign, "drawn, certified");
        (await next.WinnersAsync(campaign)).Count.ShouldBe(5);
        (await next.CertificatesAsync(campaign, stage)).ShouldHaveSingleItem();
        await using var campaigns = await next.OpenAsync(campaign);
        (await campaigns.ScalarAsync<long>("select count(*) from audit where action = 'draw.drawn'")).ShouldBe(1);
        await using var central = await next.OpenCentralAsync();
        (await central.ScalarAsync<long>(
            "select count(*) from public_file where starts_with(name, $1)", $"draw/{campaign.Settings.Draw!.Id}/certificate/")).ShouldBe(1);
    }
}
