using System;
using System.Linq;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions.Domains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>Whatever goes wrong at any of its calls, a domain comes on once and goes for good.</summary>
public sealed partial class Custom_domains
{
    private static readonly string[] Calls = ["vercel.domain", "vercel.add-domain", "vercel.verify-domain", "vercel.domain-config", "vercel.remove-domain"];

    private static readonly string[] Faults = ["500, done", "a reset connection, not done"];

    [Fact]
    public async Task come_on_and_go_whatever_fails_at_any_call()
    {
        var id = await ReadyAsync();
        foreach (var (call, fault) in Calls.SelectMany(call => Faults.Select(fault => (call, PassingFaults.All[fault]))))
        {
            await ComesAndGoesAsync(id, call, fault);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task are_gone_on_with_by_the_next_host_when_one_dies_while_adding(bool isDone)
    {
        var (id, active, domain, died) = (await ReadyAsync(), NewName(), NewName(), new TaskCompletionSource());
        stage.Vercel.Publish("CNAME", active, Alias);
        await AddAsync(id, active);
        await IsAsync(id, active, "active");

        // The grain rests until the next day's look: what is added now must not wait for that.
        await stage.UntilAsync(id, async () => (await stage.CentralAsync(
            "select grainid from orleansreminderstable where remindername = 'domains' and grainid like '%' || $1 and starttime > (now() at time zone 'utc') + interval '20 hours'", id)).Count == 1);
        stage.Vercel.Faults.Meanwhile = async (request, operation) =>
        {
            if (operation != "vercel.add-domain" || !IsAbout(request, domain) || died.Task.IsCompleted)
            {
                return null;
            }

            await stage.DropHostAsync();
            died.SetResult();
            return isDone ? Fault.SlowAfter : Fault.SlowBefore;
        };
        await AddAsync(id, domain);
        await died.Task.WaitAsync(TimeSpan.FromMinutes(3));
        stage.Clock.Leap(TimeSpan.FromMinutes(6));
        await stage.StartHostAsync();
        (await IsAsync(id, domain, "verified_misconfigured")).IsPlaced.ShouldBeTrue();
        Asked("vercel.add-domain", domain).ShouldBe(isDone ? 1 : 2);
    }

    [Fact]
    public async Task are_neither_looked_at_nor_taken_away_until_somebody_has_confirmed_a_restored_installation()
    {
        var (id, kept, going) = (await ReadyAsync(), NewName(), NewName());
        foreach (var domain in (string[])[kept, going])
        {
            await AddAsync(id, domain);
            await IsAsync(id, domain, "verified_misconfigured");
        }

        stage.Vercel.Faults.Always("vercel.remove-domain", Fault.Before(422));
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, going))).Refusal.ShouldBeNull();
        await UntilAsync(id, going, d => d!.Problem is not null);
        await using (await stage.SetBackAsync())
        {
            // What a tick had begun before comes to its end; from then on nothing is asked, however much is due.
            stage.Clock.Leap(TimeSpan.FromDays(2));
            await stage.Held.HoldsAsync(id, () => Domains(id).WakeAsync());
            stage.Vercel.Faults.Clear();
            var (asked, added) = (Asks(kept, going), NewName());
            (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, kept))).Refusal!.Code.ShouldBe("installation.unconfirmed");
            await CheckAsync(id, kept);
            await AddAsync(id, added);
            await stage.Held.HoldsAsync(id, () => Domains(id).WakeAsync());
            Asks(kept, going).ShouldBe(asked);
            Asks(added).ShouldBe(0);
            stage.Left.Count(l => l.Contains(kept, StringComparison.Ordinal) || l.Contains(going, StringComparison.Ordinal)).ShouldBe(2);
        }

        await Domains(id).WakeAsync();
        await UntilAsync(id, going, d => d is null);
        await UntilAsync(id, kept, d => d!.NextCheckAt > stage.Clock.GetUtcNow());
    }

    private int Asks(params string[] domains) => stage.Vercel.Requests.Count(r => domains.Any(d => IsAbout(r, d)));

    private async Task ComesAndGoesAsync(string id, string call, Fault fault)
    {
        var (domain, told) = (NewName(), $"{fault} at {call}");
        stage.Vercel.ContestedDomains.Add(domain);
        stage.Vercel.Publish("TXT", "_vercel.example.com", $"vc-domain-verify={domain},0123456789abcdef0123");
        stage.Vercel.Faults.On(call, 1, fault, request => IsAbout(request, domain));
        await AddAsync(id, domain);
        await SettlesAsync(id, domain, told, d => d!.State == "verified_misconfigured", () => Domains(id).CheckAsync(new DomainCommand(CloudStage.Admin, domain)));
        stage.Left.Count(l => l.Contains(domain, StringComparison.Ordinal)).ShouldBe(1, told);
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal.ShouldBeNull(told);
        await SettlesAsync(id, domain, told, d => d is null, () => Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain)));
        stage.Left.ShouldNotContain(l => l.Contains(domain, StringComparison.Ordinal), told);
        (await AuditedAsync("domain.removed", domain)).ShouldBe(1, told);
    }

    /// <summary>Waits, and asks again as its user would once it was looked at in vain.</summary>
    private async Task SettlesAsync(string id, string domain, string told, Func<DomainView?, bool> holds, Func<Task> ask)
    {
        var asked = 0;
        await stage.UntilAsync(id, async () =>
        {
            var seen = await stage.Get<IDomainQueries>().FindAsync(stage.TenantId, id, domain, default);
            if (!holds(seen) && seen!.NextCheckAt > stage.Clock.GetUtcNow())
            {
                (++asked).ShouldBeLessThan(100, told);
                stage.Clock.Leap(TimeSpan.FromSeconds(11));
                await ask();
            }

            return holds(seen);
        });
    }

    private static bool IsAbout(SeenRequest request, string domain) =>
        request.Path.Split('/').Contains(domain) || request.Body?["name"]?.GetValue<string>() == domain;
}
