using System;
using System.Linq;
using System.Net.Http;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Supabase;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Databases;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

/// <summary>A test of the provider against the double. At its end all that was sent and answered was as the provider's document says.</summary>
public abstract class SupabaseSpec(TestPostgres postgres) : IClassFixture<TestPostgres>, IAsyncLifetime
{
    private static readonly HttpClient Http = CloudClient.NewHttp();
    private readonly HttpClient _stranger = new();

    protected string Nonce { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    internal HurriedClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected TestPostgres Postgres => postgres;

    protected SupabaseDouble Double { get; private set; } = null!;

    protected SupabaseClient Client { get; private set; } = null!;

    protected SupabaseDatabaseProvider Provider { get; private set; } = null!;

    protected DatabaseRequest Request => new($"cmp_{Nonce}", Nonce, "campaign-password-" + Nonce, "owner-password-" + Nonce);

    protected SupabaseOptions Options => new()
    {
        Organization = SupabaseDouble.Organization,
        Region = "eu-central-1",
        RootCertificate = Double.RootCertificate,
        SessionPort = Double.SessionPort,
    };

    /// <summary>Whether the double was made to answer something that the provider's document does not have.</summary>
    protected bool AnswersOddly { get; set; }

    public async Task InitializeAsync()
    {
        Double = new SupabaseDouble(postgres.SuperuserConnectionString, Clock);
        await Double.StartAsync();
        Client = ClientOf(Double.Token);
        Provider = new SupabaseDatabaseProvider(Client, Options, Clock);
    }

    public async Task DisposeAsync()
    {
        _stranger.Dispose();
        await Double.DisposeAsync();
        if (!AnswersOddly)
        {
            Double.Violations.ShouldBeEmpty();
        }
        else if (Double.IsHeldAgainstContract)
        {
            Double.Violations.ShouldNotBeEmpty();
        }
    }

    protected SupabaseClient ClientOf(string token) => new(new CloudClient(
        Http, new SupabaseDialect(), CloudAccount.Of("supabase", token),
        new CloudOptions { Address = Double.Address, AttemptTimeout = TimeSpan.FromMinutes(5), RepeatDelay = TimeSpan.Zero, LimitDelay = TimeSpan.Zero, BreakAfter = 1000 },
        new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System));

    protected Task<DatabaseRef> CreateAsync() => Provider.CreateAsync(Request, CancellationToken.None);

    protected async Task<DatabaseRef> ReadyAsync() => await Provider.ReadyAsync(Request, await CreateAsync(), CancellationToken.None);

    protected DoubleProject Only() => Double.Projects.ShouldHaveSingleItem();

    protected int Calls(string operation) => Double.Requests.Count(r => r.Operation == operation);

    protected static async Task<ProviderFault> FaultOfAsync(Func<Task> act) => (await Should.ThrowAsync<ProviderException>(act)).Fault;

    /// <summary>What a stranger gets who reads a table over HTTP with a key: status and body.</summary>
    protected async Task<(int Status, string Body)> ReadAtFrontDoorAsync(DoubleProject project, DoubleKey key, string table, string schema = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Double.FrontDoor(project), table));
        request.Headers.Add("apikey", key.Secret);
        if (schema.Length > 0)
        {
            request.Headers.Add("Accept-Profile", schema);
        }

        using var answer = await _stranger.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    protected static async Task<object?> RunAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    protected static async Task<string> RefusalAsync(string connectionString, string sql) =>
        (await Should.ThrowAsync<PostgresException>(() => RunAsync(connectionString, sql))).SqlState;

    /// <summary>The project's database, as the server's superuser: what nobody at the provider's front doors is.</summary>
    protected Task<object?> AsSuperuserAsync(DoubleProject project, string sql) =>
        RunAsync(new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = "project_" + project.Ref }.ConnectionString, sql);
}
