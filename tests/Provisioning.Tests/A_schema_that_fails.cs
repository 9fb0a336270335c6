using System;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Provisioning;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>PostgreSQL refuses a statement in the middle of the migrations: what it made by then goes, and who looks is told which and why.</summary>
public sealed class A_schema_that_fails(CloudStage stage) : IClassFixture<CloudStage>
{
    [Fact]
    public async Task leaves_nothing_says_which_migration_failed_and_can_be_made_anew_once_that_is_mended()
    {
        var before = stage.Left;
        var (slug, isInTheWay) = (stage.NextSlug(), true);
        // A table of this name that somebody else has put there: the migrations before go through, an index on it does not.
        stage.Observer.On(slug, (step, point) => isInTheWay && step == "ready-database" && point == SagaPoint.ResultStored
            ? SqlAsync(slug, "create table prizedraw.entrant_mail (nothing integer)")
            : Task.CompletedTask);
        var (id, _) = await stage.BeginAsync(slug);
        (await stage.EndsAsync(id)).ShouldBe("rolled_back");
        stage.Left.ShouldBe(before);
        var why = (await stage.CentralAsync("select failure from deployment where campaign_id = $1", Ids.Parse(Ids.Campaign, id))).ShouldHaveSingleItem();
        why.ShouldContain("migrate-database");
        why.ShouldContain("0012_entrant_mail");
        why.ShouldContain("42703");
        var failed = await stage.NewestAsync(id);
        (await stage.CentralAsync("select name from secret where scope = $1::text and name like 'database%' and name not like '%password'", id)).ShouldBeEmpty();
        (await stage.LogAsync(id)).Count(l => l.StartsWith("migrate-database: Attempt", StringComparison.Ordinal)).ShouldBe(0, "what PostgreSQL refuses is not tried again");

        isInTheWay = false;
        (await stage.Campaign(id).RetryDeploymentAsync(new RetryDeployment(CloudStage.Admin, failed.Id))).Refusal.ShouldBeNull();
        (await stage.EndsAsync(id)).ShouldBe("ready");
        stage.Left.Length.ShouldBe(before.Length + 3);
    }

    private async Task SqlAsync(string slug, string sql)
    {
        var project = stage.Supabase.Projects.Single(p => p.Name.Contains(slug.Replace('-', '_'), StringComparison.Ordinal));
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(stage.Superuser) { Database = "project_" + project.Ref, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"{sql}; alter table prizedraw.entrant_mail owner to owner_{project.Ref}", connection);
        await command.ExecuteNonQueryAsync();
    }
}
