using System;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Secrets;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>
/// A campaign may have gone on after the backup that the central database comes from: whatever that one says of it, its own database is looked into once
/// before it goes, as long as it is there.
/// </summary>
public sealed class Removing_from_a_restored_installation(CloudStage stage) : IClassFixture<CloudStage>, IAsyncLifetime
{
    private const string Awake = "ACTIVE_HEALTHY";

    private const string Late =
        """
        insert into prizedraw.outbox (campaign_id, event_id, kind, created_at, body)
          select $campaign, e, 'audit', now(),
            jsonb_build_object('event_id', e, 'at', now(), 'campaign_id', $campaign, 'actor', 'usr_late', 'action', 'test.late', 'subject', 'x')
          from gen_random_uuid() e
        """;

    Task IAsyncLifetime.InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync()
    {
        stage.EndFaults();

        return Task.CompletedTask;
    }

    [Fact]
    public async Task asks_for_an_archived_database_to_be_woken_and_takes_what_the_centre_lacks()
    {
        var before = stage.Left;
        var (id, slug) = await ArchivedAsync();
        await HappensAsync(id, slug);
        await SetBackAsync();
        await RefusedAsync(id, "Wake it there");
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await RemovedAsync(id, before);
        (await stage.AuditAsync(id, "test.since")).Count.ShouldBe(1);
        (await stage.AuditAsync(id, "audit.recalled")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ends_as_often_as_a_winner_waits_in_an_archived_campaign_that_was_brought_back_since()
    {
        var before = stage.Left;
        var (id, slug) = await ArchivedAsync();
        await stage.TellWinnerAsync(id, slug);
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await SetBackAsync();
        await RefusedAsync(id, "prize(s) are told");
        await RefusedAsync(id, "prize(s) are told");
        (await stage.FindAsync(id)).State.ShouldBe("archived");
        await Should.ThrowAsync<CampaignPutAwayException>(() => stage.Get<CampaignConnections>().OpenAsync(stage.TenantId, id, default));

        (await stage.Campaign(id).UnarchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "completed");
        await stage.InDatabaseAsync(slug, "update prizedraw.claim set state = 'delivered'");
        await RemovedAsync(id, before);
    }

    [Fact]
    public async Task is_done_without_a_database_that_is_lost()
    {
        var before = stage.Left;
        var (id, slug) = await ArchivedAsync();
        await SetBackAsync();
        await RefusedAsync(id, "can't be woken");
        await stage.Supabase.RemoveAsync(stage.ProjectOf(slug));
        await RemovedAsync(id, before);
    }

    /// <summary>Also once its audit log was taken, before it was paused.</summary>
    [Fact]
    public async Task asks_for_the_database_to_be_woken_though_no_entries_are_known_of()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        await SetBackAsync();
        await RecalledAsync(id);
        SupabaseDouble.Put(stage.ProjectOf(slug), "INACTIVE");
        await RefusedAsync(id, "Wake it there");
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await RemovedAsync(id, before);
    }

    /// <summary>Also once its audit log was taken, which is all that is asked of a campaign that is in use.</summary>
    [Fact]
    public async Task ends_where_entries_were_taken_that_nobody_knows_of()
    {
        var before = stage.Left;
        var (id, slug) = await ReadyAsync();
        await stage.InDatabaseAsync(slug,
            $"""
            insert into prizedraw.entry (campaign_id, pool_id, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day, terms_version, outcome, told, batch, path)
              values ('{Ids.Parse(Ids.Campaign, id)}', gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'k', '', now(), now()::date, 1, 'none', '', 1, '')
            """);
        await SetBackAsync();
        await RefusedAsync(id, "has entries");
        await RecalledAsync(id);
        await RefusedAsync(id, "has entries");
        (await stage.FindAsync(id)).State.ShouldBe("ready");
        await stage.InDatabaseAsync(slug, "delete from prizedraw.entry");
        await RemovedAsync(id, before);
    }

    /// <summary>Nobody would go on with the archiving's undoing once a removal had taken over from it.</summary>
    [Fact]
    public async Task leaves_an_undoing_its_work_while_the_database_rests()
    {
        var before = stage.Left;
        var (id, slug) = await StuckArchivingAsync();
        await SetBackAsync();
        (await stage.RemoveAsync(id)).Refusal!.Errors!["database"].Single().ShouldContain("Wake it there");
        (await stage.NewestAsync(id)).State.ShouldBe("quarantined");
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await RemovedAsync(id, before);
    }

    /// <summary>
    /// The removal takes over from an archiving that had settled the campaign, and is refused with the database open again: what the archiving has seen to is not
    /// all there is, neither for the next removal nor for what goes on with that.
    /// </summary>
    [Fact]
    public async Task looks_again_where_an_archiving_had_closed_the_database()
    {
        var before = stage.Left;
        var (id, slug) = await StuckArchivingAsync();
        await stage.TellWinnerAsync(id, slug);
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await SetBackAsync();
        await RefusedAsync(id, "prize(s) are told");
        await stage.InDatabaseAsync(slug, "update prizedraw.claim set state = 'delivered'");
        await RecalledAsync(id);

        stage.Observer.On(slug, async (step, point) =>
        {
            if ((step, point) == ("settle-records", SagaPoint.IntentStored))
            {
                stage.Observer.On(slug, (_, _) => Task.CompletedTask);
                await stage.InDatabaseAsync(slug, "alter table prizedraw.claim rename to claim_elsewhere;" + Late.Replace("$campaign", $"'{Ids.Parse(Ids.Campaign, id)}'::uuid", StringComparison.Ordinal));
            }
        });
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        var removal = await stage.RestsAsync(id, "quarantined");
        await stage.InDatabaseAsync(slug, "alter table prizedraw.claim_elsewhere rename to claim");
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, removal))).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
        (await stage.AuditAsync(id, "test.late")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task says_that_the_password_was_replaced_since()
    {
        var before = stage.Left;
        var (id, slug) = await ArchivedAsync();
        SupabaseDouble.Put(stage.ProjectOf(slug), Awake);
        await SetBackAsync();
        var stored = await stage.Get<ISecrets>().GetAsync(Ids.Parse(Ids.Tenant, stage.TenantId), id, SecretNames.DatabaseAtRest, default);
        await stage.InDatabaseAsync(slug, $"alter role \"{new NpgsqlConnectionStringBuilder(stored).Username!.Split('.')[0]}\" password 'another'");
        await RefusedAsync(id, "refuses the password");
        (await stage.FindAsync(id)).State.ShouldBe("archived");
        await stage.Supabase.RemoveAsync(stage.ProjectOf(slug));
        await RemovedAsync(id, before);
    }

    private async Task<(string Id, string Slug)> StuckArchivingAsync()
    {
        var (id, slug) = await stage.CompletedAsync();
        stage.Observer.On(slug, async (step, point) =>
        {
            if ((step, point) == ("rest-database", SagaPoint.EffectDone))
            {
                stage.Supabase.Faults.Always("supabase.restore", Fault.Before(422));
                await stage.CancelAsync(slug);
            }
        });
        (await stage.Campaign(id).ArchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.RestsAsync(id, "quarantined");
        return (id, slug);
    }

    private async Task RecalledAsync(string id)
    {
        await stage.Get<AuditRecall>().TryRecallAsync(stage.TenantId, id);
        (await stage.Get<AuditRecall>().IsWantedAsync(stage.TenantId, id, default)).ShouldBeFalse();
    }

    private async Task<(string Id, string Slug)> ReadyAsync()
    {
        var begun = await stage.BeginAsync();
        (await stage.EndsAsync(begun.Id)).ShouldBe("ready", string.Join('\n', await stage.LogAsync(begun.Id)));
        return begun;
    }

    private async Task<(string Id, string Slug)> ArchivedAsync()
    {
        var begun = await stage.CompletedAsync();
        (await stage.Campaign(begun.Id).ArchiveAsync(new CampaignCommand(CloudStage.Admin))).Refusal.ShouldBeNull();
        await stage.UntilAsync(begun.Id, "archived");
        return begun;
    }

    /// <summary>Set back, and confirmed: from then on people may remove.</summary>
    private async Task SetBackAsync() => await (await stage.SetBackAsync()).DisposeAsync();

    /// <summary>What a campaign wrote and handed over after the backup stands in its own log alone.</summary>
    private Task HappensAsync(string id, string slug) => stage.InDatabaseAsync(slug,
        $"""
        insert into prizedraw.audit (campaign_id, event_id, at, actor, action, subject)
          values ('{Ids.Parse(Ids.Campaign, id)}', '{Guid.CreateVersion7(stage.Clock.GetUtcNow())}', now(), 'usr_since', 'test.since', 'x')
        """);

    /// <summary>Nothing is gone, and the campaign is as it was.</summary>
    private async Task RefusedAsync(string id, string why)
    {
        var (left, last) = (stage.Left, (await stage.NewestAsync(id)).Id);
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, async () => await stage.NewestAsync(id) is { State: "rolled_back" or "succeeded" } newest && newest.Id != last);
        (await stage.FailureAsync(id)).ShouldContain(why);
        stage.Left.ShouldBe(left);
    }

    private async Task RemovedAsync(string id, string[] before)
    {
        (await stage.RemoveAsync(id)).Refusal.ShouldBeNull();
        await stage.UntilAsync(id, "decommissioned");
        stage.Left.ShouldBe(before);
    }
}
