using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

public sealed class A_database_at_Supabase(TestPostgres postgres) : SupabaseSpec(postgres)
{
    [Fact]
    public async Task is_made_once_however_often_it_is_asked_for()
    {
        var first = await CreateAsync();
        var second = await CreateAsync();

        second.ShouldBe(first);
        first.Id.ShouldBe(Only().Ref);
        first.IsRemote.ShouldBeTrue();
        (await Provider.FindAsync(Request, CancellationToken.None)).ShouldBe(first);
        (await Provider.FindAsync(Request with { Id = first.Id }, CancellationToken.None)).ShouldBe(first);
        Double.Left.ShouldHaveSingleItem().Marker.ShouldBe(Nonce);
    }

    [Fact]
    public async Task is_asked_for_in_the_region_that_was_chosen()
    {
        await CreateAsync();
        await new SupabaseDatabaseProvider(Client, Options with { Region = "emea" }, Clock).CreateAsync(Other, CancellationToken.None);

        Double.Requests.Where(r => r.Operation == "supabase.create").Select(r => r.Body!["region_selection"]!.ToJsonString())
            .ShouldBe(["""{"type":"specific","code":"eu-central-1"}""", """{"type":"smartGroup","code":"emea"}"""]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task takes_the_campaigns_tables_by_its_migrations_as_they_are(bool ownerOwnsDatabase)
    {
        Double.OwnerOwnsDatabase = ownerOwnsDatabase;
        var database = await ReadyAsync();

        await MigrateAsync(database);
        await Provider.ReadyAsync(Request with { Id = database.Id }, database, CancellationToken.None);

        var campaign = Provider.CampaignConnectionString(database, Request.Password);
        (await RunAsync(campaign, "select count(*) from entry")).ShouldBe(0L);
        (await RunAsync(campaign, "select string_agg(distinct schemaname, ',') from pg_tables where tablename in ('entry', 'pool', 'journal')"))
            .ShouldBe("prizedraw");
        (await RefusalAsync(campaign, "create table mine (id int)")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await RefusalAsync(campaign, "delete from journal")).ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    public async Task is_reached_through_the_pooler_that_its_provider_names_in_whole_sessions()
    {
        var database = await ReadyAsync();

        var campaign = new NpgsqlConnectionStringBuilder(Provider.CampaignConnectionString(database, Request.Password));
        campaign.Host.ShouldBe("127.0.0.1");
        campaign.Port.ShouldBe(Double.SessionPort);
        campaign.Username.ShouldBe($"{Request.Name}.{database.Id}");
        campaign.MaxPoolSize.ShouldBe(3);
        new NpgsqlConnectionStringBuilder(Provider.OwnerConnectionString(database, Request.OwnerPassword)).Username.ShouldBe($"postgres.{database.Id}");
    }

    [Fact]
    public async Task is_reached_by_TLS_alone_and_only_under_a_trusted_root()
    {
        var database = await ReadyAsync();
        var campaign = new NpgsqlConnectionStringBuilder(Provider.CampaignConnectionString(database, Request.Password));
        campaign.SslMode.ShouldBe(SslMode.VerifyFull);

        (await RefusalAsync(new NpgsqlConnectionStringBuilder(campaign.ConnectionString) { SslMode = SslMode.Disable }.ConnectionString, "select 1"))
            .ShouldBe(PostgresErrorCodes.InvalidAuthorizationSpecification);

        var trusting = new SupabaseDatabaseProvider(Client, Options with { RootCertificate = null }, Clock);
        var refusal = await Should.ThrowAsync<ProviderException>(() => trusting.ReadyAsync(Request, database, CancellationToken.None));
        refusal.Fault.ShouldBe(ProviderFault.Rejected);
        refusal.Message.ShouldContain("root certificate");
    }

    [Fact]
    public async Task leaves_the_providers_own_services_their_way_in()
    {
        var database = await ReadyAsync();
        await MigrateAsync(database);

        var service = new NpgsqlConnectionStringBuilder(Postgres.SuperuserConnectionString)
        {
            Database = "project_" + database.Id, Username = "authenticator", Password = "authenticator",
        };
        (await RunAsync(service.ConnectionString, "select 1")).ShouldBe(1);
        (await RunAsync(Postgres.SuperuserConnectionString, $"select has_database_privilege('public', 'project_{database.Id}', 'connect')")).ShouldBe(false);
    }

    [Fact]
    public async Task gets_the_passwords_that_are_stored_when_it_was_made_with_others()
    {
        await ReadyAsync();
        var again = Request with { OwnerPassword = "another-password-" + Nonce, Password = "another-of-the-campaign-" + Nonce };

        var database = await Provider.ReadyAsync(again, await Provider.CreateAsync(again, CancellationToken.None), CancellationToken.None);

        (await RunAsync(Provider.OwnerConnectionString(database, again.OwnerPassword), "select current_schema()::text")).ShouldBe("prizedraw");
        (await RunAsync(Provider.CampaignConnectionString(database, again.Password), "select current_schema()::text")).ShouldBe("prizedraw");
        Calls("supabase.password").ShouldBe(1);
    }

    [Fact]
    public async Task keeps_the_passwords_that_are_right_so_that_a_pooler_which_remembers_them_goes_on()
    {
        var database = await ReadyAsync();
        var before = await AsSuperuserAsync(Only(), $"select rolpassword from pg_authid where rolname = '{Request.Name}'");

        await Provider.ReadyAsync(Request, database, CancellationToken.None);

        (await AsSuperuserAsync(Only(), $"select rolpassword from pg_authid where rolname = '{Request.Name}'")).ShouldBe(before);
        Calls("supabase.password").ShouldBe(0);
    }

    [Theory]
    [InlineData("create role {0} login password 'foreign'")]
    [InlineData("create schema prizedraw")]
    public async Task does_not_take_over_what_somebody_else_put_into_it(string foreign)
    {
        var database = await CreateAsync();
        await AsSuperuserAsync(Only(), string.Format(foreign, Request.Name));

        (await FaultOfAsync(() => Provider.ReadyAsync(Request, database, CancellationToken.None))).ShouldBe(ProviderFault.NameTaken);
    }

    [Fact]
    public async Task pauses_and_wakes_and_has_everything_still()
    {
        var database = await ReadyAsync();
        await MigrateAsync(database);
        var request = Request with { Id = database.Id };

        await Provider.PauseAsync(request, CancellationToken.None);
        Only().Status.ShouldBe("INACTIVE");
        await Provider.PauseAsync(request, CancellationToken.None);
        (await FaultOfAsync(() => Provider.ReadyAsync(request, database, CancellationToken.None))).ShouldBe(ProviderFault.Rejected);

        await Provider.ResumeAsync(request, CancellationToken.None);
        await Provider.ResumeAsync(request, CancellationToken.None);

        (Calls("supabase.pause"), Calls("supabase.restore")).ShouldBe((1, 1));
        (await RunAsync(Provider.CampaignConnectionString(database, Request.Password), "select count(*) from entry")).ShouldBe(0L);
    }

    [Fact]
    public async Task is_gone_after_deletion_however_often_it_is_asked_for()
    {
        var database = await ReadyAsync();
        var request = Request with { Id = database.Id };

        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);
        await Provider.DeleteIfOwnedAsync(request, CancellationToken.None);
        await Provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        Double.Left.ShouldBeEmpty();
        (await Provider.FindAsync(request, CancellationToken.None)).ShouldBeNull();
        (await Provider.FindAsync(Request, CancellationToken.None)).ShouldBeNull();
        Calls("supabase.delete").ShouldBe(1);
    }

    [Fact]
    public async Task whose_id_was_never_stored_is_deleted_by_name_and_marker_and_nothing_else_is()
    {
        await CreateAsync();
        var foreign = Double.AddForeign(Request.Name + "_of_somebody_else");

        await Provider.DeleteIfOwnedAsync(Request, CancellationToken.None);

        Only().ShouldBe(foreign);
    }

    private DatabaseRequest Other => Request with { Name = "cmp_0123456789abcdef", Nonce = "0123456789abcdef" };

    private Task MigrateAsync(DatabaseRef database) => new CampaignDatabaseMigrator(TimeProvider.System)
        .MigrateAsync(Provider.OwnerConnectionString(database, Request.OwnerPassword), database.Role, CancellationToken.None);
}
