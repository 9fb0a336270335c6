using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions.Draws;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign.Reading;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Claims;

/// <summary>What keeps a campaign from being archived or removed, for as long as somebody waits for it.</summary>
[Collection(DrawServerCollection.Name)]
public sealed class Counting_what_is_open(PoolServer server)
{
    [Fact]
    public async Task names_draws_claims_and_mails_until_each_is_settled()
    {
        await using var stage = await ClaimStage.SetAsync(server);
        (await OpenAsync(stage)).ShouldBe(new OpenMattersCount(0, 1, 0, 0), "an undrawn draw");
        await stage.Host.ReachesAsync(stage.Campaign, "drawn, certified");
        await stage.ClaimsAsync(claims => claims.Length == 3);
        await stage.MailsAsync("You have won", 3);
        await stage.MailsAreSentAsync();
        (await OpenAsync(stage)).ShouldNotBeNull().Claims.ShouldBe(3);
        (await OpenAsync(stage))!.Draws.ShouldBe(1, "drawn, not published");
        (await stage.Host.Draw(stage.Campaign).PublishAsync(new DrawCommand(PoolHost.Manager))).Refusal.ShouldBeNull();
        await stage.RunAsync("update claim set state = 'delivered' where position <> 3; update entrant_mail set state = 'pending', next_at = now() + interval '1 day' where mail_id = (select min(mail_id::text)::uuid from entrant_mail)");
        (await OpenAsync(stage))!.ShouldBe(new OpenMattersCount(1, 0, 0, 1));
    }

    private static Task<OpenMattersCount?> OpenAsync(ClaimStage stage) =>
        stage.Host.Get<OpenMatters>().CountAsync(stage.Campaign.TenantId, stage.Campaign.Id, default);
}
