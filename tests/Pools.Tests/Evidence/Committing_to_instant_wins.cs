using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Evidence;
using PrizeDraw.Grains.Evidence;
using PrizeDraw.Pools.Tests.Setup;
using PrizeDraw.Storage.Campaign;
using Shouldly;
using Xunit;

namespace PrizeDraw.Pools.Tests.Evidence;

[Collection(PoolServerCollection.Name)]
public sealed class Committing_to_instant_wins(PoolServer server)
{
    [Fact]
    public async Task is_signed_public_and_of_what_stands()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        var (text, commitment) = await PublishedAsync(host, campaign);
        using (var key = ECDsa.Create())
        {
            var known = (await host.Get<ISigningKeys>().ListAsync(default)).Single(k => k.KeyId == text.GetProperty("keyId").GetString());
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(known.PublicKey), out _);
            ReceiptProof.SignatureIsRight(commitment.Hash(), Convert.FromHexString(text.GetProperty("signature").GetString()!), key).ShouldBeTrue();
        }

        (commitment.Pool, commitment.Moments, commitment.Chosen, commitment.Generated.Length).ShouldBe((campaign.PoolId(), 12, 2, 2));
        await using var database = await host.OpenAsync(campaign);
        var line = await database.ScalarAsync<string>(
            "select line from pool_change where pool_id = $1 order by ordinal limit 1", Ids.Parse(Ids.Pool, campaign.PoolId()));
        commitment.RulesHash.ShouldBe(Bytes32.HashOf(Encoding.UTF8.GetBytes(line)));
        // Another pool has another secret, another key and another root.
        (await PublishedAsync(host, campaign, 1)).Commitment.SecretHash.ShouldNotBe(commitment.SecretHash);
        (await database.ListAsync("select action from audit where action = 'instant.committed'", r => r.GetString(0))).Count.ShouldBe(2);
    }

    [Fact]
    public async Task is_made_anew_while_nobody_has_entered_and_never_after()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        var first = (await PublishedAsync(host, campaign)).Commitment;
        await host.Get<InstantCommitments>().CommitAsync(campaign.TenantId, campaign.Id, campaign.Settings, PoolHost.Manager);
        var second = (await PublishedAsync(host, campaign)).Commitment;
        second.At.ShouldBeGreaterThan(first.At);
        (await host.Pool(campaign).SubmitAsync(Instant_campaign.Entry(1, PoolHost.Noon))).Refusal.ShouldBeNull();
        await host.Get<InstantCommitments>().CommitAsync(campaign.TenantId, campaign.Id, campaign.Settings, PoolHost.Manager);
        (await PublishedAsync(host, campaign)).Commitment.At.ShouldBe(second.At);
        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from instant_commitment where pool_id = $1", Ids.Parse(Ids.Pool, campaign.PoolId()))).ShouldBe(2);
    }

    [Fact]
    public async Task cannot_be_undone_by_the_campaigns_own_role()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        await using var lease = (await host.Get<CampaignConnections>().OpenAsync(campaign.TenantId, campaign.Id, default)).ShouldNotBeNull();
        foreach (var statement in (string[])["update instant_commitment set key_id = ''", "delete from instant_commitment", "delete from moment_unseal"])
        {
            (await Should.ThrowAsync<PostgresException>(lease.Connection.RunAsync(statement))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        }
    }

    [Fact]
    public async Task opens_the_leaf_of_a_moment_once_it_is_claimed_and_of_no_other()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        var commitment = (await PublishedAsync(host, campaign)).Commitment;
        await using var database = await host.OpenAsync(campaign);
        // Until one of them has not won by another mode before.
        for (var i = 0; await database.ScalarAsync<long>("select count(*) from moment where awarded_number is not null") == 0; i++)
        {
            (await host.Pool(campaign).SubmitAsync(Instant_campaign.Entry(i, PoolHost.Noon))).Refusal.ShouldBeNull();
        }

        var view = await host.Get<ICampaignDataQueries>().MomentsAsync(campaign.TenantId, campaign.Id, campaign.PoolId(), 50, default);
        (view.Total, view.Claimed).ShouldBe((12, 1));
        var claimed = view.Past.Single(m => m.Claimed);
        var leaf = new SealedMoment(claimed.At.ToUnixTimeMilliseconds(), claimed.PrizeId!, Bytes32.Parse(claimed.Salt!));
        MerkleTree.Verify(
            WinningMoments.Leaf(leaf), claimed.Index!.Value, commitment.Moments, [.. claimed.Path!.Value.Select(Bytes32.Parse)], commitment.MomentsRoot).ShouldBeTrue();
        view.Past.Where(m => !m.Claimed).ShouldAllBe(m => m.Salt == null && m.Path == null && m.Index == null);
    }

    [Fact]
    public async Task keeps_what_is_still_to_come_from_everybody_but_a_super_admin_with_a_reason()
    {
        await using var host = await server.StartHostAsync();
        var campaign = await Instant_campaign.PublishAsync(host);
        foreach (var role in (string[])[Roles.CampaignManager, Roles.ReadOnly, "system", ""])
        {
            var refused = await host.Evidence(campaign).UnsealAsync(new UnsealMoments(new Actor("usr_1", role), campaign.PoolId(), "Curious"));
            (refused.Refusal?.Code, refused.Value).ShouldBe(("auth.forbidden", null));
        }

        await using var database = await host.OpenAsync(campaign);
        (await database.ScalarAsync<long>("select count(*) from moment_unseal")).ShouldBe(0);
        var seen = (await host.Get<ICampaignDataQueries>().MomentsAsync(campaign.TenantId, campaign.Id, campaign.PoolId(), 1000, default)).Past;
        seen.ShouldAllBe(m => m.At <= DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 1));

        var admin = new Actor("usr_admin", Roles.SuperAdmin);
        var opened = await host.Evidence(campaign).UnsealAsync(new UnsealMoments(admin, campaign.PoolId(), "Complaint 42"));
        opened.Refusal.ShouldBeNull();
        (opened.Value!.Total + seen.Length).ShouldBe(12);
        opened.Value.Moments.ShouldAllBe(m => seen.All(s => s.Id != m.Id));
        (await database.ListAsync("select actor, reason, moments from moment_unseal", r => (r.GetString(0), r.GetString(1), r.GetInt64(2))))
            .ShouldHaveSingleItem().ShouldBe(("usr_admin", "Complaint 42", opened.Value.Total));
        var statement = (await host.Get<ICloseOutQueries>().ReadAsync(campaign.TenantId, campaign.Id, default)).ShouldNotBeNull();
        statement.Unsealings.ShouldHaveSingleItem().Reason.ShouldBe("Complaint 42");
        await using var central = await host.OpenCentralAsync();
        (await central.ScalarAsync<string>(
            "select after::text from audit_event where action = 'moments.unsealed' and campaign_id = $1", Ids.Parse(Ids.Campaign, campaign.Id))).ShouldContain("Complaint 42");
    }

    private static async Task<(JsonElement Text, InstantCommitment Commitment)> PublishedAsync(PoolHost host, TestCampaign campaign, int pool = 0)
    {
        var file = await host.Get<IPublicFiles>().FindAsync(campaign.TenantId, campaign.Id, PublicFileNames.Commitment(campaign.PoolId(pool)), default);
        var text = JsonDocument.Parse(await Instant_campaign.ReadAsync(host, file.ShouldNotBeNull())).RootElement;
        return (text, InstantCommitment.Parse(CanonicalJson.ToUtf8(text.GetProperty("commitment"))));
    }
}
