using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Domains;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>A domain comes on by itself as its owner publishes records, whatever fails meanwhile; and goes before its site does.</summary>
public sealed partial class Custom_domains(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Alias = "d1d4fc829fe7bc7c.vercel-dns-017.com";
    private static int _domains;
    private static string? _shared;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task come_from_wanting_a_proof_over_leading_nowhere_to_active()
    {
        var (id, domain) = (await SharedAsync(), NewName());
        stage.Vercel.ContestedDomains.Add(domain);
        var added = (await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, $" {domain.ToUpperInvariant()}. "))).Value!;
        (added.Name, added.State, added.IsPlaced).ShouldBe((domain, "added", false));
        var proof = (await IsAsync(id, domain, "pending_verification")).Records.ShouldHaveSingleItem();
        (proof.Type, proof.Name).ShouldBe(("TXT", "_vercel.example.com"));
        (await OriginsAsync(id)).ShouldNotContain($"https://{domain}");

        stage.Vercel.Publish(proof.Type, proof.Name, proof.Value);
        await CheckAsync(id, domain);
        var alias = (await IsAsync(id, domain, "verified_misconfigured")).Records.ShouldHaveSingleItem();
        (alias.Type, alias.Name, alias.Value).ShouldBe(("CNAME", domain, Alias));
        (await OriginsAsync(id)).ShouldContain($"https://{domain}");

        stage.Vercel.Publish(alias.Type, alias.Name, alias.Value);
        await CheckAsync(id, domain);
        var active = await IsAsync(id, domain, "active");
        active.Records.ShouldBeEmpty();
        active.Problem.ShouldBeNull();
        (active.NextCheckAt!.Value - active.CheckedAt!.Value).ShouldBe(TimeSpan.FromDays(1), TimeSpan.FromMinutes(1));
        (await OriginsAsync(id)).ShouldContain($"https://{domain}");
        (await NoticesAsync(domain)).ShouldBe(["domain.active"]);
        (await AuditedAsync("domain.state_changed", domain)).ShouldBe(3);
    }

    [Fact]
    public async Task that_stop_leading_to_the_site_are_told_of_once_and_looked_at_again()
    {
        var (id, domain) = (await SharedAsync(), NewName());
        stage.Vercel.Publish("CNAME", domain, Alias);
        await AddAsync(id, domain);
        await IsAsync(id, domain, "active");
        stage.Vercel.Unpublish("CNAME", domain, Alias);
        await CheckAsync(id, domain);
        (await IsAsync(id, domain, "verified_misconfigured")).Records.ShouldHaveSingleItem().Value.ShouldBe(Alias);
        (await NoticesAsync(domain)).ShouldBe(["domain.active", "domain.lost"]);
        await CheckAsync(id, domain);
        await UntilAsync(id, domain, d => d!.NextCheckAt > stage.Clock.GetUtcNow());
        (await NoticesAsync(domain)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task stay_on_the_list_while_a_project_that_was_renamed_may_still_serve_them()
    {
        var (id, domain) = (await ReadyAsync(), NewName());
        var slug = (await stage.FindAsync(id)).Settings.Slug!;
        await AddAsync(id, domain);
        await IsAsync(id, domain, "verified_misconfigured");
        stage.Vercel.Rename(slug, slug + "-kept");
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal.ShouldBeNull();
        var held = (await UntilAsync(id, domain, d => d is null or { Problem: not null })).ShouldNotBeNull();
        (held.State, held.Problem!.Contains(slug + "-kept", StringComparison.Ordinal)).ShouldBe(("removing", true));
        (await AuditedAsync("domain.removed", domain)).ShouldBe(0);
        stage.Vercel.Rename(slug + "-kept", slug);
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal.ShouldBeNull();
        await UntilAsync(id, domain, d => d is null);
        stage.Left.ShouldNotContain(l => l.Contains(domain, StringComparison.Ordinal));
    }

    [Fact]
    public async Task that_were_added_before_the_site_is_there_wait_for_it()
    {
        var id = Ids.New(Ids.Campaign, TimeProvider.System.GetUtcNow());
        var domain = NewName();
        (await stage.Campaign(id).CreateAsync(new CreateCampaign(CloudStage.Admin, CloudStage.Settings(stage.NextSlug()), Provision: false))).Refusal.ShouldBeNull();
        (await AddAsync(id, domain)).IsPlaced.ShouldBeFalse();
        stage.Vercel.Requests.ShouldNotContain(r => r.Path.Contains(domain, StringComparison.Ordinal));
        (await stage.Campaign(id).ProvisionAsync(new CampaignCommand(CloudStage.Admin, null))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        (await IsAsync(id, domain, "verified_misconfigured")).IsPlaced.ShouldBeTrue();
    }

    [Fact]
    public async Task whose_adding_was_never_answered_are_found_on_the_site_and_kept()
    {
        var (id, domain) = (await SharedAsync(), NewName());
        stage.Vercel.Faults.On("vercel.add-domain", 1, Fault.DropAfter, r => r.Body?["name"]?.GetValue<string>() == domain);
        await AddAsync(id, domain);
        (await UntilAsync(id, domain, d => d!.Problem is not null)).State.ShouldBe("added");
        await CheckAsync(id, domain);
        (await IsAsync(id, domain, "verified_misconfigured")).Problem.ShouldBeNull();
        Asked("vercel.add-domain", domain).ShouldBe(1);
    }

    [Fact]
    public async Task that_another_project_has_are_said_to_be_taken_and_left_alone()
    {
        var (id, domain) = (await SharedAsync(), NewName());
        stage.Vercel.TakenDomains.Add(domain);
        await AddAsync(id, domain);
        (await IsAsync(id, domain, "taken")).Problem!.ShouldContain("Another Vercel project");
        (await OriginsAsync(id)).ShouldNotContain($"https://{domain}");
        stage.Vercel.TakenDomains.Remove(domain);
        await CheckAsync(id, domain);
        await IsAsync(id, domain, "verified_misconfigured");
        Asked("vercel.remove-domain", domain).ShouldBe(0);
    }

    [Fact]
    public async Task that_somebody_took_from_the_site_are_said_to_have_failed_and_can_be_added_anew()
    {
        var (id, domain) = (await SharedAsync(), NewName());
        stage.Vercel.Publish("CNAME", domain, Alias);
        await AddAsync(id, domain);
        await IsAsync(id, domain, "active");
        stage.Vercel.TakeDomain((await stage.FindAsync(id)).Settings.Slug!, domain);
        await CheckAsync(id, domain);
        (await IsAsync(id, domain, "failed")).Problem!.ShouldContain("somebody took it away");
        (await NoticesAsync(domain)).ShouldBe(["domain.active", "domain.lost"]);
        await CheckAsync(id, domain);
        await IsAsync(id, domain, "active");
    }

    [Fact]
    public async Task are_one_campaigns_and_ten_for_each_and_named_as_domains_are()
    {
        var (id, other) = (await ReadyAsync(), await SharedAsync());
        var first = NewName();
        await AddAsync(id, first);
        (await AddAsync(id, first)).Name.ShouldBe(first);
        (await Domains(other).AddAsync(new DomainCommand(CloudStage.Admin, first))).Refusal!.Code.ShouldBe("domain.in_use");
        foreach (var typed in (string[])["https://win.example.com", "*.example.com", "192.0.2.1", "win", "a.vercel.app", "printer.local", "127.0.0.1", "-a.example.com", ""])
        {
            (await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, typed))).Refusal!.Code.ShouldBe("domain.invalid", typed);
        }

        (await AddAsync(id, $"Müller-{first}")).Name.ShouldStartWith("xn--");
        for (var i = 0; i < 8; i++)
        {
            await AddAsync(id, NewName());
        }

        (await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, NewName()))).Refusal!.Code.ShouldBe("domain.too_many");
        await stage.UntilAsync(id, async () =>
            (await stage.Get<IDomainQueries>().ListAsync(stage.TenantId, id, default)).All(d => d.State == "verified_misconfigured"));
    }

    [Fact]
    public async Task are_taken_from_the_site_however_often_that_takes_and_then_free()
    {
        var (id, other, domain) = (await ReadyAsync(), await SharedAsync(), NewName());
        await AddAsync(id, domain);
        await IsAsync(id, domain, "verified_misconfigured");
        stage.Vercel.Faults.On("vercel.remove-domain", 1, Fault.Before(422), r => r.Path.Contains(domain, StringComparison.Ordinal));
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Value!.State.ShouldBe("removing");
        (await UntilAsync(id, domain, d => d!.Problem is not null)).State.ShouldBe("removing");
        (await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal!.Code.ShouldBe("domain.wrong_state");
        (await OriginsAsync(id)).ShouldNotContain($"https://{domain}");
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal.ShouldBeNull();
        await UntilAsync(id, domain, d => d is null);
        (await AuditedAsync("domain.removed", domain)).ShouldBe(1);
        await AddAsync(other, domain);
        (await IsAsync(other, domain, "verified_misconfigured")).IsPlaced.ShouldBeTrue();
        (await Domains(id).RemoveAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal!.Code.ShouldBe("domain.not_found");
    }

    [Fact]
    public async Task go_before_the_site_when_the_campaign_is_decommissioned()
    {
        var before = stage.Left;
        var (id, domain, waiting) = (await ReadyAsync(), NewName(), NewName());
        await AddAsync(id, domain);
        await IsAsync(id, domain, "verified_misconfigured");
        await AddAsync(id, waiting);
        stage.Vercel.Faults.Always("vercel.remove-domain", Fault.Before(422), r => r.Path.Contains(domain, StringComparison.Ordinal));
        (await stage.Campaign(id).DecommissionAsync(new DecommissionCampaign(CloudStage.Admin, "In the cloud"))).Refusal.ShouldBeNull();
        var deployment = await stage.RestsAsync(id, "quarantined");
        (await stage.NewestAsync(id)).Steps.Single(s => s.State == "quarantined").Message!.ShouldContain(domain);
        stage.Left.Length.ShouldBeGreaterThan(before.Length + 3);
        (await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, NewName()))).Refusal!.Code.ShouldBe("deployment.under_way");
        stage.Vercel.Faults.Clear();
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, deployment))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.AuditAsync(id, "domain.removed")).Count.ShouldBe(2);
        (await stage.AuditAsync(id, "domain.removal_asked")).Count.ShouldBe(2);
        var calls = stage.Vercel.Requests.Select((r, at) => (r, at)).ToArray();
        calls.Last(c => c.r.Method == "DELETE" && c.r.Path.Contains(domain, StringComparison.Ordinal)).at
            .ShouldBeLessThan(calls.Last(c => c.r.Method == "DELETE" && !c.r.Path.Contains("/domains/", StringComparison.Ordinal)).at);
    }

    private static string NewName() => $"win-{System.Threading.Interlocked.Increment(ref _domains)}.example.com";

    private IDomainsGrain Domains(string id) => stage.Get<IGrainFactory>().GetGrain<IDomainsGrain>(GrainKeys.Campaign(stage.TenantId, id));

    private async Task<DomainView> AddAsync(string id, string domain)
    {
        var added = await Domains(id).AddAsync(new DomainCommand(CloudStage.Admin, domain));
        added.Refusal.ShouldBeNull(domain);
        return added.Value!;
    }

    /// <summary>Somebody asks, a while after the last time.</summary>
    private async Task CheckAsync(string id, string domain)
    {
        stage.Clock.Leap(TimeSpan.FromSeconds(11));
        (await Domains(id).CheckAsync(new DomainCommand(CloudStage.Admin, domain))).Refusal.ShouldBeNull();
    }

    private Task<DomainView> IsAsync(string id, string domain, string state) => UntilAsync(id, domain, d => d!.State == state)!;

    private async Task<DomainView> UntilAsync(string id, string domain, Func<DomainView?, bool> holds)
    {
        DomainView? seen = null;
        await stage.UntilAsync(id, async () => holds(seen = await stage.Get<IDomainQueries>().FindAsync(stage.TenantId, id, domain, default)));
        return seen!;
    }

    private async Task<IReadOnlyList<string>> OriginsAsync(string id) =>
        (await stage.Get<ISiteDirectory>().FindBySlugAsync((await stage.FindAsync(id)).Settings.Slug!, default))!.Origins;

    private async Task<List<string>> NoticesAsync(string domain) => await stage.CentralAsync(
        "select kind from (select body->>'kind' as kind, created_at as at from outbox where kind = 'notice' and body->>'domain' = $1 union all "
        + "select kind, at from notice where body->>'domain' = $1) told order by at, kind", domain);

    private async Task<int> AuditedAsync(string action, string domain) =>
        (await stage.CentralAsync($"select action from audit_event where action = '{action}' and subject = $1", domain)).Count;

    private int Asked(string operation, string domain) => stage.Vercel.Requests.Count(r =>
        operation == "vercel.add-domain" ? r.Method == "POST" && r.Body?["name"]?.GetValue<string>() == domain : r.Method == "DELETE" && r.Path.Contains(domain, StringComparison.Ordinal));

    /// <summary>A campaign that these tests share, each with domains of its own.</summary>
    private async Task<string> SharedAsync() => _shared ??= await ReadyAsync();

    private async Task<string> ReadyAsync()
    {
        var (id, _) = await stage.BeginAsync();
        (await stage.EndsAsync(id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(id)));
        return id;
    }
}
