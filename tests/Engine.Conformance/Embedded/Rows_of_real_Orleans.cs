using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using Shouldly;
using Xunit;

namespace PrizeDraw.Engine.Conformance.Embedded;

/// <summary>Rows that Orleans 10 itself wrote, with the writes that led to them.</summary>
public sealed class Rows_of_real_Orleans(EngineDatabases databases) : EngineSpec(databases)
{
    private const string StorageRows = """
        select grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid, version,
            convert_from(payloadbinary, 'UTF8') as payload
        from orleansstorage
        """;

    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "orleans-adonet.json"))).RootElement;

    [Fact]
    public async Task are_what_the_same_writes_lead_to_here()
    {
        foreach (var row in Rows("storage_rows"))
        {
            var grain = Grain(row);
            if (row.GetProperty("graintypestring").GetString() == "prize-pool")
            {
                await grain.WriteAsync("Instant", 37);
            }
            else if (row.GetProperty("payload").ValueKind == JsonValueKind.Null)
            {
                await grain.WriteAsync("Summer in Paris", 3);
                await grain.ClearAsync();
            }
            else
            {
                await grain.WriteAsync("Summer in Paris", 3);
                await grain.WriteAsync("Summer in Paris", 4);
            }
        }

        (await ReadAsync(StorageRows)).ShouldBe(Rows("storage_rows").Select(Text), ignoreOrder: true);
    }

    [Fact]
    public async Task are_read_here_as_they_were_meant()
    {
        foreach (var row in Rows("storage_rows"))
        {
            await InsertAsync(row);
            var expected = row.GetProperty("payload").GetString() is { } payload ? JsonSerializer.Deserialize<VectorState>(payload, JsonSerializerOptions.Web)! : null;

            (await Grain(row).ReadAsync()).ShouldBe(
                (expected?.Name ?? "", expected?.Count ?? 0, row.GetProperty("version").GetRawText(), expected is not null));
        }
    }

    [Fact]
    public async Task of_reminders_are_what_registering_them_here_leads_to()
    {
        foreach (var row in Rows("reminder_rows"))
        {
            var key = row.GetProperty("grainid").GetString()!["campaign/".Length..];
            await Host.Grain<ICampaignVector>(key).RemindAsync(row.GetProperty("remindername").GetString()!);
        }

        var written = await ReadAsync("select serviceid, grainid, remindername, period, grainhash, version from orleansreminderstable");
        written.ShouldBe(Rows("reminder_rows").Select(Text), ignoreOrder: true);
    }

    [Fact]
    public async Task have_the_tables_and_queries_that_ours_have()
    {
        foreach (var table in Vectors.GetProperty("tables").EnumerateArray())
        {
            var name = table.GetProperty("table").GetString();
            var ours = await ReadAsync($"""
                select column_name, data_type, is_nullable, character_maximum_length
                from information_schema.columns where table_name = '{name}' order by ordinal_position
                """);
            ours.ShouldBe(table.GetProperty("columns").EnumerateArray().Select(Text), name);
        }

        (await ReadAsync("select querykey from orleansquery")).ShouldBe(
            Vectors.GetProperty("query_keys_and_parameters").EnumerateObject().Select(q => q.Name), ignoreOrder: true);
    }

    [Fact]
    public async Task were_written_with_the_parameters_that_our_queries_take()
    {
        var texts = (await ReadAsync("select querykey || E'\t' || querytext from orleansquery")).Select(t => t.Split('\t', 2)).ToDictionary(t => t[0], t => t[1]);
        foreach (var query in Vectors.GetProperty("query_keys_and_parameters").EnumerateObject())
        {
            var used = System.Text.RegularExpressions.Regex.Matches(texts[query.Name], "@([A-Za-z0-9]+)").Select(m => m.Groups[1].Value).Distinct();
            used.Order(StringComparer.Ordinal).ShouldBe(query.Value.EnumerateArray().Select(p => p.GetString()!).Order(StringComparer.Ordinal), query.Name);
        }
    }

    private IVector Grain(JsonElement row)
    {
        var key = row.GetProperty("grainidextensionstring").GetString()!;
        return row.GetProperty("graintypestring").GetString() == "campaign" ? Host.Grain<ICampaignVector>(key) : Host.Grain<IPrizePoolVector>(key);
    }

    private static IEnumerable<JsonElement> Rows(string name) => Vectors.GetProperty(name).EnumerateArray();

    private static string Text(JsonElement row) => string.Join(
        " | ",
        (row.ValueKind == JsonValueKind.Array ? row.EnumerateArray().AsEnumerable() : row.EnumerateObject().Select(p => p.Value))
            .Select(v => v.ValueKind == JsonValueKind.Null ? "" : v.ToString()));

    private async Task InsertAsync(JsonElement row)
    {
        await using var source = NpgsqlDataSource.Create(Database);
        await using var insert = source.CreateCommand("""
            insert into orleansstorage (grainidhash, grainidn0, grainidn1, graintypehash, graintypestring, grainidextensionstring, serviceid,
                version, payloadbinary, modifiedon) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, now() at time zone 'utc')
            """);
        insert.Parameters.AddWithValue(row.GetProperty("grainidhash").GetInt32());
        insert.Parameters.AddWithValue(row.GetProperty("grainidn0").GetInt64());
        insert.Parameters.AddWithValue(row.GetProperty("grainidn1").GetInt64());
        insert.Parameters.AddWithValue(row.GetProperty("graintypehash").GetInt32());
        insert.Parameters.AddWithValue(row.GetProperty("graintypestring").GetString()!);
        insert.Parameters.AddWithValue(row.GetProperty("grainidextensionstring").GetString()!);
        insert.Parameters.AddWithValue(row.GetProperty("serviceid").GetString()!);
        insert.Parameters.AddWithValue(row.GetProperty("version").GetInt32());
        insert.Parameters.Add(new NpgsqlParameter
        {
            Value = row.GetProperty("payload").GetString() is { } payload ? Encoding.UTF8.GetBytes(payload) : DBNull.Value,
            NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Bytea,
        });
        await insert.ExecuteNonQueryAsync();
    }

    private async Task<List<string>> ReadAsync(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Database);
        await using var command = source.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var values = Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "" : FormattableString.Invariant($"{reader.GetValue(i)}"));
            rows.Add(string.Join(" | ", values));
        }

        return rows;
    }
}
