using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Storage.Central.DrawLists;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Draws;

[Collection(CentralCollection.Name)]
public sealed class Freezing_again(CentralFixture fixture)
{
    private const long Many = 20_000;

    [Fact]
    public async Task goes_on_where_writing_was_cut_short_and_keeps_to_the_snapshot()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        var (eligible, excluded, _) = await campaign.ExpectedAsync();
        await CutShortAsync(campaign, piece: 2);
        (await ChunksAsync(campaign)).ShouldBe(1);
        (await campaign.Lists.FindAsync(campaign.Address, default)).ShouldBeNull();

        // What happens after the freeze is none of the list's business, whoever goes on with it.
        await campaign.RunAsync("delete from entrant");
        fixture.Time.Pass(TimeSpan.FromMinutes(5));
        var frozenAt = fixture.Time.Now;
        using var again = campaign.NewBuilder();
        var list = await again.BuildAsync(campaign.Address, campaign.Freeze, default);
        (list.Root, list.ExcludedRoot).ShouldBe((DrawLeaves.Root(eligible), DrawLeaves.Root(excluded)));
        list.FrozenAt.ShouldBeLessThan(frozenAt);
        (await again.BuildAsync(campaign.Address, campaign.Freeze, default)).Build.ShouldBe(list.Build, "once sealed it stays");
    }

    [Fact]
    public async Task begins_anew_where_nothing_is_left_on_disk()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        await CutShortAsync(campaign, piece: 2);
        var (eligible, _, _) = await campaign.ExpectedAsync();
        using var elsewhere = campaign.NewBuilder("another machine");
        var list = await elsewhere.BuildAsync(campaign.Address, campaign.Freeze, default);
        list.Root.ShouldBe(DrawLeaves.Root(eligible));
        (await ChunksAsync(campaign)).ShouldBe((int)((list.Eligible + 8191) / 8192 + (list.Excluded + 8191) / 8192));
        using var here = campaign.NewBuilder();
        (await here.BuildAsync(campaign.Address, campaign.Freeze, default)).Build.ShouldBe(list.Build);
    }

    [Theory]
    [InlineData("index")]
    [InlineData("eligible")]
    public async Task begins_anew_where_what_is_left_is_damaged(string file)
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        await CutShortAsync(campaign, piece: 1);
        var path = Directory.EnumerateFiles(campaign.Folder, file, SearchOption.AllDirectories).Single();
        await using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(stream.Length / 2);
        }

        var (eligible, _, _) = await campaign.ExpectedAsync();
        using var builder = campaign.NewBuilder();
        (await builder.BuildAsync(campaign.Address, campaign.Freeze, default)).Root.ShouldBe(DrawLeaves.Root(eligible));
    }

    [Fact]
    public async Task is_possible_after_it_was_cancelled()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 400);
        using var builder = campaign.NewBuilder();
        using var cancelled = new CancellationTokenSource();
        await using (var superuser = await fixture.OpenSuperuserAsync())
        {
            // It can't be done before it is cancelled.
            await superuser.RunAsync("begin; lock table draw_list_chunk in access exclusive mode", [], default);
            var building = builder.BuildAsync(campaign.Address, campaign.Freeze, cancelled.Token);
            await cancelled.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => building);
            await superuser.RunAsync("rollback", [], default);
        }

        (await builder.BuildAsync(campaign.Address, campaign.Freeze, default)).Root.ShouldBe(DrawLeaves.Root((await campaign.ExpectedAsync()).Eligible));
    }

    [Fact]
    public async Task leaves_no_persons_key_on_disk()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 400);
        await CutShortAsync(campaign, piece: 1);
        var files = Directory.GetFiles(campaign.Folder, "*", SearchOption.AllDirectories);
        files.Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["eligible", "excluded", "index", "persons"]);
        var content = files.SelectMany(File.ReadAllBytes).ToArray();
        var known = SHA256.HashData("k8"u8);
        content.AsSpan().IndexOf(Convert.FromHexString(PersonRefs.PersonRef(known))).ShouldBeGreaterThan(0, "this person's reference is there");
        content.AsSpan().IndexOf(known).ShouldBe(-1);
    }

    [Fact]
    public async Task leaves_nothing_when_reading_was_cut_short()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 400);
        using var builder = campaign.NewBuilder();
        await campaign.RunAsync("update entry set excluded = 'no code' where number = 300");
        await Should.ThrowAsync<InvalidDataException>(() => builder.BuildAsync(campaign.Address, campaign.Freeze with { From = null, Until = null }, default));
        Directory.EnumerateFileSystemEntries(Path.Combine(campaign.Folder, "spill")).ShouldBeEmpty();
        await campaign.RunAsync("update entry set excluded = 'staff' where number = 300");
        (await builder.BuildAsync(campaign.Address, campaign.Freeze with { From = null, Until = null }, default)).ExcludedByReason["staff"].ShouldBe(1);
    }

    [Fact]
    public async Task is_one_list_when_two_hosts_begin_at_once()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, Many);
        using var first = campaign.NewBuilder("first");
        using var second = campaign.NewBuilder("second");
        var results = await Task.WhenAll(new[] { first, second, first, second }.Select(async builder =>
        {
            try
            {
                return await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
            }
            catch (DrawListTakenOverException)
            {
                return null;
            }
        }));
        var sealedList = await campaign.Lists.FindAsync(campaign.Address, default);
        sealedList.ShouldNotBeNull();
        results.Where(r => r is not null).Select(r => r!.Build).Distinct().ShouldBe([sealedList.Build]);
        (await campaign.ExpectedAsync()).Eligible.Length.ShouldBe((int)sealedList.Eligible);
        (await campaign.JsonLinesAsync(sealedList)).Length.ShouldBe((int)sealedList.Bytes);
    }

    [Fact]
    public async Task is_refused_to_a_build_that_was_overtaken()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 40);
        var store = new DrawListStore(fixture.Central, fixture.Time);
        var (mine, theirs) = (fixture.NewId(), fixture.NewId());
        await store.BeginAsync(campaign.Address, mine, campaign.Freeze, default);
        await store.BeginAsync(campaign.Address, theirs, campaign.Freeze, default);
        var sums = new DrawListSums(default, default, 40, 0, 40, 1, new Dictionary<string, long>(), 0);
        await Should.ThrowAsync<DrawListTakenOverException>(() => store.MoveAsync(campaign.Address, mine, DrawListStage.Writing, 1, default));
        await Should.ThrowAsync<DrawListTakenOverException>(() => store.AppendAsync(
            campaign.Address, mine, [new NewDrawListChunk(new DrawListChunk(1, false, 0, 0, 1, default), default, new byte[1], new byte[16])], 1, default));
        await Should.ThrowAsync<DrawListTakenOverException>(() => store.SealAsync(campaign.Address, mine, sums, default));
    }

    [Fact]
    public async Task never_changes_what_is_sealed()
    {
        using var campaign = await FrozenCampaign.MakeAsync(fixture, 400);
        using var builder = campaign.NewBuilder();
        await builder.BuildAsync(campaign.Address, campaign.Freeze, default);
        await using var work = await fixture.Central.BeginAsync(campaign.Address.Tenant, default);
        (await work.Connection.RunAsync("update draw_list set state = 'reading'", [], default)).ShouldBe(0);
        (await work.Connection.RunAsync("delete from draw_list_chunk", [], default)).ShouldBe(0);
        var refused = await Should.ThrowAsync<PostgresException>(() => work.Connection.RunAsync(
            "insert into draw_list_chunk select tenant_id, campaign_id, draw_id, 99, excluded, 0, 0, 1, '', '', '' from draw_list_chunk limit 1", [], default));
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    /// <summary>Builds until the database refuses this piece.</summary>
    private async Task CutShortAsync(FrozenCampaign campaign, int piece)
    {
        await using var superuser = await fixture.OpenSuperuserAsync();
        await superuser.RunAsync(
            $"create function cut_short() returns trigger language plpgsql as 'begin if new.ordinal = {piece} then raise ''cut''; end if; return new; end'", [], default);
        await superuser.RunAsync("create trigger cut_short before insert on draw_list_chunk for each row execute function cut_short()", [], default);
        try
        {
            using var builder = campaign.NewBuilder();
            (await Should.ThrowAsync<PostgresException>(() => builder.BuildAsync(campaign.Address, campaign.Freeze, default))).MessageText.ShouldBe("cut");
        }
        finally
        {
            await superuser.RunAsync("drop function cut_short cascade", [], default);
        }
    }

    private async Task<int> ChunksAsync(FrozenCampaign campaign)
    {
        await using var work = await fixture.Central.ReadAsync([campaign.Address.Tenant], default);
        return (int)await work.Connection.ScalarAsync<long>("select count(*) from draw_list_chunk where draw_id = $1", [campaign.Address.Draw], default);
    }
}
