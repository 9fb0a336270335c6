using System;
using System.Linq;
using System.Net.Http;
using System.Runtime.Versioning;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Draws;

/// <summary>
/// The platform's process is killed (SIGKILL) in each write that ends a state of a draw at level beacon, and while it waits for the round; each
/// time it is started again on what is left. Whoever asked for something and got no answer asks again; nobody else lifts a finger.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class Killed_at_every_state(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private const string Slug = "killed-draw";
    private const int People = 12, Winners = 3;
    private static readonly TimeSpan AMinute = TimeSpan.FromSeconds(61), SomeMinutes = TimeSpan.FromMinutes(6);
    private DrawScene scene = null!;
    private string draw = "", tables = "";

    [VerifierFact]
    public async Task There_is_one_draw_with_one_certificate_the_same_winners_and_one_mail_for_each()
    {
        await using var set = scene = await DrawScene.SetAsync(postgres, folder, Slug, Campaign);
        await Task.WhenAll(Enumerable.Range(0, People).Select(n => scene.EnterAsync($"person{n}")));
        var over = new JsonObject { ["reason"] = "Over.", ["evidence"] = "none" };
        (await scene.Admin.PostAsync($"/v1/campaigns/{scene.Campaign.Id}/close", over)).Status.ShouldBe(202);
        (draw, tables) = ((string)(await scene.DrawAsync("Final"))["id"]!, await scene.TablesAsync());

        var hash = await UntilTheRoundIsWaitedForAsync();
        var order = await UntilItIsCertifiedAsync();
        await UntilTheWinnersAreToldAsync();
        var certificate = await scene.VerifiedAsync(draw);
        await UntilTheyArePublishedAsync();
        await UntilAPrizeIsClaimedAsync();

        certificate["commitment"]!["hash"]!.ToString().ShouldBe(hash);
        certificate["order"]!.AsArray().Select(p => (string)p!["entryRef"]!).ShouldBe(order);
        (await scene.VerifiedAsync(draw)).ToJsonString().ShouldBe(certificate.ToJsonString());
        await ThereIsNoTwinAsync(order);
    }

    /// <summary>Dies at the freeze, with the witnessed commitment made, with the commitment stored, and waiting. The commitment's hash.</summary>
    private async Task<string> UntilTheRoundIsWaitedForAsync()
    {
        await DiesInAsync("planned", "update on draw", "new.state = 'frozen'", RunAsync);
        await DiesInAsync("frozen", "update on draw", "new.state = 'committed' and old.state = 'frozen'", RunAsync);
        scene.Clock.Leap(AMinute);
        await DiesInAsync("committed", "update on draw", "new.commitment_published_at is not null and old.commitment_published_at is null");
        await scene.StartAsync();
        await scene.DrawAsync("Final", d => (string?)d["progress"]?["stage"] == "waiting-for-round");
        var committed = JsonNode.Parse(await scene.Outsider.GetStringAsync($"/v1/sites/{Slug}/draws/{draw}/commitment"))!;
        await scene.KillAsync();
        scene.Clock.Leap(DrawScene.ToRound);
        return (string)committed["hash"]!;
    }

    /// <summary>Dies with the winners selected, with the certificate made, and with it published. The order as it was first stored.</summary>
    private async Task<string[]> UntilItIsCertifiedAsync()
    {
        await DiesInAsync("committed", "update on draw", "new.state = 'drawn' and old.state = 'committed'");
        (await ColumnAsync<long>("select count(*) from winner")).ShouldBe([0L]);
        await DiesInAsync("drawn", "update on draw", "new.certified_events is not null and old.certified_events is null");
        var order = await OrderAsync();
        order.Length.ShouldBe(Winners + 2);
        await DiesInAsync("drawn", "insert on claim", "true");
        (await ColumnAsync<int>("select certified_events from draw")).ShouldBe([0]);
        scene.MailsTo("@example.com").ShouldBeEmpty("nobody is told before the claims stand");
        scene.Clock.Leap(SomeMinutes);
        return order;
    }

    /// <summary>Dies with mails sent of which nothing is stored: they are sent again, and are the same.</summary>
    private async Task UntilTheWinnersAreToldAsync()
    {
        await DiesInAsync("drawn", "update on entrant_mail", "new.state = 'sent'");
        var before = scene.MailsTo("@example.com").Select(TokenIn).ToArray();
        before.ShouldNotBeEmpty();
        scene.Clock.Leap(SomeMinutes);
        await scene.StartAsync();
        await DrawScene.UntilAsync(
            async () => (await ColumnAsync<long>("select count(*) from entrant_mail where state = 'sent'")).Single() == Winners, () => scene.Platform.Output);
        var mails = scene.MailsTo("@example.com").Select(TokenIn).ToArray();
        mails.Length.ShouldBe(Winners);
        before.ShouldBeSubsetOf(mails);
    }

    private async Task UntilTheyArePublishedAsync()
    {
        await DiesInAsync("drawn", "update on draw", "new.state = 'completed'", PublishAsync);
        // Asked again it publishes, and dies before the campaign knows: then there is nothing left to ask for.
        await DiesInAsync("completed", "update on campaign", "new.state = 'completed'", PublishAsync, Central);
        scene.Clock.Leap(AMinute);
        await scene.StartAsync();
        await DrawScene.UntilAsync(async () => (await scene.PublicWinnersAsync()).Length == Winners, () => "The winners are not public.");
        await scene.Admin.WaitForStateAsync(scene.Campaign.Id, "completed");
    }

    private async Task UntilAPrizeIsClaimedAsync()
    {
        var token = TokenIn(scene.MailsTo("@example.com")[0]);
        await DiesInAsync("completed", "update on claim", "new.state = 'claimed'", ClaimAsync);
        await scene.StartAsync();
        ((string?)(await scene.ClaimAsync(HttpMethod.Get, token)).Body!["state"]).ShouldBe("told");
        var made = await ClaimAsync();
        (made.Status, (string?)made.Body!["state"]).ShouldBe((200, "claimed"), made.Body.ToJsonString());
        (await scene.ClaimsAsync()).Select(c => (string)c["state"]!).ShouldBe(["told", "told", "claimed"], ignoreOrder: true);

        Task<ApiAnswer> ClaimAsync() => scene.ClaimAsync(
            HttpMethod.Post, token, new JsonObject { ["name"] = "Ann Smith", ["address"] = "1 High Street, Leeds", ["phone"] = "0113 496 0000", ["publication"] = "agreed" });
    }

    /// <summary>Everything was done once, and everybody was told once.</summary>
    private async Task ThereIsNoTwinAsync(string[] order)
    {
        (await OrderAsync()).ShouldBe(order);
        (await scene.DrawAsync("Final"))["winners"]!.AsArray().Select(w => (string)w!["entryId"]!)
            .ShouldBe((await ColumnAsync<Guid>("select entry_id from winner order by position")).Select(id => $"ent_{id:n}"));
        var times = await ColumnAsync<string>(
            "select action || ' ' || count(*) from audit where action ~ '^(draw|claim)\\.' and action !~ '(planned|scheduled)$' group by action order by action collate \"C\"");
        times.ShouldBe(
        [
            "claim.claimed 1", "claim.told 1", "draw.certified 1", "draw.commitment_published 1", "draw.committed 1", "draw.drawn 1", "draw.frozen 1",
            "draw.published 1",
        ]);
        (await CampaignTables.ColumnAsync<string>(
            Central, $"select name from public_file where state = 'ready' and starts_with(name, 'draw/{draw}/certificate/')")).ShouldHaveSingleItem();
        (await ColumnAsync<int>("select position from claim order by 1")).ShouldBe(Enumerable.Range(1, Winners));
        var told = scene.MailsTo("@example.com").Select(mail => mail.Split("To: ")[1].Split('\r')[0]).ToArray();
        told.Length.ShouldBe(Winners);
        told.ShouldBe(
            (await scene.DrawAsync("Final"))["winners"]!.AsArray().Where(w => (string)w!["role"]! == "winner").Select(w => (string)w!["email"]!), ignoreOrder: true);
        (await CampaignTables.BreachesAsync(tables)).ShouldBeEmpty();
    }

    /// <summary>Has the process die in that write: one that runs, asked to do something, or one that is started for it. What is stored is the state before.</summary>
    private async Task DiesInAsync(string state, string write, string when, Func<Task<ApiAnswer>>? asked = null, string? database = null)
    {
        await using (var held = await HeldWrite.OnAsync(database ?? tables, write, when))
        {
            if (scene.Platform.HasExited)
            {
                await scene.StartAsync();
            }

            var answer = asked?.Invoke();
            await held.ReachedAsync(() => $"Nobody came to '{write}' when {when}. {(answer?.IsCompleted == true ? answer.Result.Body : "")}\n{scene.Platform.Output}");
            await scene.KillAsync();
            await (answer?.ContinueWith(_ => { }, TaskScheduler.Default) ?? Task.CompletedTask);
        }

        (await ColumnAsync<string>("select state from draw")).ShouldBe([state]);
    }

    private string Central => CampaignTables.In(postgres.SuperuserConnectionString, "platform");

    private Task<ApiAnswer> RunAsync() => scene.Admin.PostAsync($"/v1/draws/{draw}/run");

    private Task<ApiAnswer> PublishAsync() => scene.Admin.PostAsync($"/v1/draws/{draw}/publish");

    private Task<T[]> ColumnAsync<T>(string sql) => CampaignTables.ColumnAsync<T>(tables, sql);

    private Task<string[]> OrderAsync() => ColumnAsync<string>("select entry_ref from winner order by position");

    private static string TokenIn(string mail) => mail.Split("/claim#")[1].Split('\r')[0];

    private static JsonObject Campaign(string tenant, DateTimeOffset now) => DrawScene.CampaignOf(tenant, Slug, now, new JsonObject
    {
        ["name"] = "Final", ["reserves"] = 2, ["rule"] = "one-per-person", ["claimDays"] = 14,
        ["prizes"] = new JsonArray("Weekend in Paris", new JsonObject { ["name"] = "Guide book", ["quantity"] = Winners - 1 }),
    });
}
