using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Pools.Tests.Draws;
using PrizeDraw.Pools.Tests.EntrantMails;
using PrizeDraw.Pools.Tests.Notices;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Providers.Mail;
using PrizeDraw.Storage.Campaign.Claims;
using PrizeDraw.TestKit;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Claims;

/// <summary>A claim as its table has it.</summary>
internal sealed record ClaimFact(int Position, string Prize, string State, bool IsPassedOn);

/// <summary>A campaign whose draw has been drawn and whose winners are told, with a clock that leaps and mail that stays in memory.</summary>
internal sealed class ClaimStage : IAsyncDisposable
{
    public static readonly TimeSpan Days14 = TimeSpan.FromDays(14);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly DrawStage _draws;
    private readonly List<PoolHost> _hosts = [];

    // A clock that leaps brings the claims of tests before to their end, too: of what their people are told nothing is kept.
    private readonly string _people = $"p{Ids.New(Ids.Campaign, PoolHost.Noon)[4..]}-";

    private ClaimStage(DrawStage draws) =>
        (_draws, Mailer) = (draws, new FakeMailer(mail => mail.To.StartsWith(_people, StringComparison.Ordinal)));

    public FakeMailer Mailer { get; }

    public TestCampaign Campaign { get; private set; } = null!;

    public PoolHost Host => _hosts[^1];

    public DateTimeOffset Now => _draws.Clock.GetUtcNow();

    public string DrawId => Campaign.Settings.Draw!.Id!;

    public static async Task<ClaimStage> SetAsync(PoolServer server, int? claimDays = 14, int people = 12, int reserves = 2)
    {
        var stage = new ClaimStage(await DrawStage.SetAsync(server));
        var replace = server.Replace;
        server.Replace = services =>
        {
            replace(services);
            services.AddSingleton<IMailer>(stage.Mailer);
        };
        await stage.AddHostAsync();
        stage.Campaign = await DrawStage.ClosedAsync(
            stage.Host, DrawStage.Settings("committed") with { ClaimDays = claimDays, Reserves = reserves }, people, stage._people);
        await MailStage.PublishAsync(stage.Host, stage.Campaign);
        return stage;
    }

    /// <summary>Drawn, and every winner told.</summary>
    public static async Task<ClaimStage> ToldAsync(PoolServer server, int? claimDays = 14, int people = 12, int reserves = 2)
    {
        var stage = await SetAsync(server, claimDays, people, reserves);
        await stage.Host.ReachesAsync(stage.Campaign, "drawn, certified");
        await stage.ClaimsAsync(claims => claims.Length == 3);
        await stage.MailsAsync("You have won", 3);
        await stage.MailsAreSentAsync();
        return stage;
    }

    /// <summary>Waits until it is written of every mail that it was sent: one that a host's end keeps from it is sent again.</summary>
    public Task MailsAreSentAsync() => Polling.UntilAsync(
        () => ScalarAsync<long>("select count(*) from entrant_mail where state <> 'sent'"), waiting => waiting == 0, Patience);

    public async Task<PoolHost> AddHostAsync()
    {
        _hosts.Add(await _draws.StartHostAsync());
        return Host;
    }

    public IClaimsGrain Grain(PoolHost? at = null) =>
        (at ?? Host).Get<IGrainFactory>().GetGrain<IClaimsGrain>(GrainKeys.Campaign(Campaign.TenantId, Campaign.Id));

    /// <summary>Puts the clock forward, and lets the claims know.</summary>
    public async Task LeapAsync(TimeSpan by)
    {
        _draws.Clock.Leap(by);
        await Grain().WakeAsync();
    }

    /// <summary>The token that the newest such mail to the entrant of this place leads with.</summary>
    public async Task<string> TokenAsync(int position)
    {
        var email = await ScalarAsync<string>(
            "select p.email from winner w join entry e using (entry_id) join entrant p using (entrant_id) where w.position = $1", position);
        return TokenOf(Mailer.Sent.Last(mail => mail.To == email && mail.Text.Contains("/claim#", StringComparison.Ordinal)));
    }

    public static string TokenOf(OutgoingMail mail) =>
        mail.Text.Split('\n').Single(line => line.Contains("/claim#", StringComparison.Ordinal)).Split('#')[1];

    public async Task<Result<ClaimView>> MakeAsync(
        string token, string? publication = "agreed", string name = "Ann Smith", string? guardian = null, PoolHost? at = null)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await Grain(at).MakeAsync(new MakeClaim(
                    Convert.ToHexStringLower(ClaimTokens.HashOf(token)), name, "1 High Street, Leeds", "0113 496 0000", guardian, publication));
            }
            catch (ClaimsTakenOverException) when (Stopwatch.GetElapsedTime(began) < Patience)
            {
                // Another host was quicker: whoever claims sees an error, and asks again.
            }
        }
    }

    public Task<Result<ClaimView>> MoveAsync(string claimId, string? state, long? ifMatch = null, string? carrier = null, string? note = null) =>
        Grain().MoveAsync(new MoveClaim(PoolHost.Manager, claimId, ifMatch, state, carrier, null, note));

    /// <summary>The claims by place, once they are as the test waits for.</summary>
    public Task<ClaimFact[]> ClaimsAsync(Func<ClaimFact[], bool> asExpected) => Polling.UntilAsync(
        RowsAsync, asExpected, Patience, claims => Task.FromResult(string.Join("; ", claims.Select(c => c.ToString()))));

    public async Task<ClaimFact[]> RowsAsync()
    {
        await using var database = await Host.OpenAsync(Campaign);
        return [.. await database.ListAsync(
            "select position, prize, state, passed_on_at is not null from claim order by position",
            r => new ClaimFact(r.GetInt32(0), r.GetString(1), r.GetString(2), r.GetBoolean(3)))];
    }

    /// <summary>Mails whose subject begins so, once there are so many.</summary>
    public async Task<OutgoingMail[]> MailsAsync(string subject, int count)
    {
        var mails = await Polling.UntilAsync<OutgoingMail[]>(
            () => Task.FromResult(Mailer.Sent.Where(mail => mail.Subject.StartsWith(subject, StringComparison.Ordinal)).ToArray()),
            sent => sent.Length >= count, Patience, sent => Task.FromResult($"{sent.Length} mails"));
        mails.Length.ShouldBe(count);
        return mails;
    }

    public async Task<T> ScalarAsync<T>(string sql, params object[] values)
    {
        await using var database = await Host.OpenAsync(Campaign);
        return await database.ScalarAsync<T>(sql, values);
    }

    public async Task RunAsync(string sql)
    {
        await using var database = await Host.OpenAsync(Campaign);
        await database.RunAsync(sql);
    }

    public async Task StopHostAsync()
    {
        var host = Host;
        _hosts.Remove(host);
        await host.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }

        await _draws.DisposeAsync();
    }
}
