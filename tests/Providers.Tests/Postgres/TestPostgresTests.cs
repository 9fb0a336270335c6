using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Postgres;

public sealed class The_test_server(TestPostgres postgres) : IClassFixture<TestPostgres>
{
    [Fact]
    public async Task gives_each_test_a_database_of_its_own()
    {
        var first = await postgres.CreateDatabaseAsync();
        var second = await postgres.CreateDatabaseAsync();

        await ExecuteAsync(first, "CREATE TABLE mine (id int)");

        (await ScalarAsync(second, "SELECT count(*) FROM pg_tables WHERE tablename = 'mine'")).ShouldBe(0L);
    }

    [Fact]
    public async Task keeps_committed_data_when_it_is_killed_and_started_again()
    {
        var database = await postgres.CreateDatabaseAsync();
        await ExecuteAsync(database, "CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)");

        await postgres.KillAsync();
        await Should.ThrowAsync<NpgsqlException>(() => ScalarAsync(database, "SELECT 1"));
        await postgres.StartAsync();

        (await ScalarAsync(database, "SELECT id FROM kept")).ShouldBe(7);
    }

    private static async Task ExecuteAsync(string connectionString, string sql) => await ScalarAsync(connectionString, sql);

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
