using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>
/// A campaign is made in the cloud, one fails with a provider that repeats what it was told, people enter; then every secret that there is
/// is looked for in everything that the platform wrote, said or keeps.
/// </summary>
public sealed class Planted_secrets(SecretScene scene) : IClassFixture<SecretScene>
{
    private readonly Needles needles = new();

    [Fact]
    public async Task stand_nowhere_in_clear()
    {
        await scene.SetAccountsAsync();
        var tenant = (string)(await scene.SendAsync(HttpMethod.Post, "/v1/tenants", new JsonObject { ["name"] = "Acme", ["slug"] = "acme" }, 201))["id"]!;
        needles.Add("the webhook's secret", await scene.ToldOnceAsync(
            $"/v1/tenants/{tenant}/webhooks", new JsonObject { ["url"] = "https://hooks.example.com/x", ["events"] = new JsonArray() }, "secret"));
        needles.Add("the API key", await scene.ToldOnceAsync(
            $"/v1/tenants/{tenant}/api-keys", new JsonObject { ["name"] = "till", ["scopes"] = new JsonArray("coupons:redeem") }, "secret"));
        var campaign = await PublishedAsync(tenant, "planted");
        await ARefusedOneAsync(tenant, scene.Supabase, scene.Supabase.Token);
        await ARefusedOneAsync(tenant, scene.GitHub, SecretScene.GitHubToken);
        await ARefusedOneAsync(tenant, scene.Vercel, scene.Vercel.Token!);
        await EnterAsync(campaign);
        await ReplaceAsync(campaign);
        await AskEverythingAsync(tenant, campaign);
        await KnowAllAsync();

        var found = await FindAsync();
        found.ShouldBeEmpty();
        needles.Count.ShouldBeGreaterThan(150);
        scene.Log.Count.ShouldBeGreaterThan(100);
        await AWatchmanSeesWhatIsPlantedAsync();
    }

    /// <summary>The search itself: each way in which a secret might be written down, in each place, is found.</summary>
    private async Task AWatchmanSeesWhatIsPlantedAsync()
    {
        var secret = scene.Supabase.Token;
        var bytes = Encoding.UTF8.GetBytes(secret);
        var at = new NpgsqlConnectionStringBuilder(scene.Postgres.SuperuserConnectionString) { Database = "platform", Pooling = false }.ConnectionString;
        await using (var connection = new NpgsqlConnection(at))
        {
            await connection.OpenAsync();
            await using var plant = new NpgsqlCommand("create table planted as select $1 as as_text, $2 as as_bytes, jsonb_build_object('a', $3::text) as as_json", connection)
            {
                Parameters = { new() { Value = "x" + secret }, new() { Value = bytes }, new() { Value = Convert.ToBase64String([1, .. bytes]) } },
            };
            await plant.ExecuteNonQueryAsync();
        }

        Directory.CreateDirectory(Path.Combine(scene.DataFolder, ".git"));
        await File.WriteAllTextAsync(Path.Combine(scene.DataFolder, ".git", "config"), $"url = https://x:{Uri.EscapeDataString(secret)}@github.com");
        scene.Log.Enqueue(Convert.ToHexString(bytes));
        scene.Answers.Enqueue(("GET /planted", secret));
        var found = await FindAsync();
        found.Select(f => f.Split(" holds ")[0]).ShouldBe(
            ["log", "answer to GET /planted", "platform public.planted", "platform public.planted (bytes)", "file " + Path.Combine(".git", "config")], ignoreOrder: true);
    }

    private async Task<string> CreatedAsync(string tenant, string slug)
    {
        var now = TimeProvider.System.GetUtcNow();
        var body = SampleCampaign.Of(tenant, slug, now.AddMinutes(-1), now.AddDays(7));
        body["providers"] = new JsonObject { ["database"] = "supabase", ["repository"] = "github", ["site"] = "vercel" };
        return (string)(await scene.SendAsync(HttpMethod.Post, "/v1/campaigns", body, 202))["id"]!;
    }

    private async Task<JsonNode> PublishedAsync(string tenant, string slug)
    {
        var id = await CreatedAsync(tenant, slug);
        var ready = await scene.Admin.WaitForStateAsync(id, "ready", "rolled_back", "failed");
        ((string?)ready["state"]).ShouldBe("ready", string.Join('\n', scene.Log.Where(l => l.StartsWith("Error", StringComparison.Ordinal))));
        await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{id}/publish", new JsonObject());
        return ready;
    }

    /// <summary>Providers have been seen to repeat what they refuse, and they know their own token.</summary>
    private async Task ARefusedOneAsync(string tenant, ProviderDouble provider, string token)
    {
        var operation = provider.Requests.Last(r => r.Method == "POST").Operation!;
        provider.Faults.Always(operation, Fault.Before(422, new JsonObject { ["message"] = $"'{token}' will not do", ["error"] = new JsonObject { ["message"] = $"not {token}" } }));
        var id = await CreatedAsync(tenant, $"refused-by-{provider.GetType().Name.ToLowerInvariant()}");
        ((string?)(await scene.Admin.WaitForStateAsync(id, "ready", "rolled_back", "failed"))["state"]).ShouldNotBe("ready");
        provider.Faults.Clear();
        await AskDeploymentsAsync(id);
    }

    private async Task EnterAsync(JsonNode campaign)
    {
        for (var person = 0; person < 5; person++)
        {
            var answer = await scene.Admin.EnterAsync(
                (string)campaign["slug"]!, (string)campaign["siteKey"]!, $"planted-key-{person:d4}", SampleCampaign.Entry($"person{person}@example.com"));
            answer.Status.ShouldBe(201, answer.Body?.ToJsonString());
            scene.Answers.Enqueue(("an entry", answer.Body!.ToJsonString()));
        }
    }

    /// <summary>Each secret of the campaign is replaced while somebody enters with the site key of before; those of before are looked for as well.</summary>
    private async Task ReplaceAsync(JsonNode campaign)
    {
        var (id, slug, person) = ((string)campaign["id"]!, (string)campaign["slug"]!, 0);
        await KnowStoredAsync(new SecretBox(scene.Services.GetRequiredService<MasterKey>()));
        foreach (var what in (string[])[Rotated.DatabasePassword, Rotated.OwnerPassword, Rotated.SiteKey])
        {
            var begun = await scene.SendAsync(HttpMethod.Post, $"/v1/campaigns/{id}/rotate", new JsonObject { ["what"] = what }, 202);
            var began = Stopwatch.GetTimestamp();
            for (string? state = null; state != "succeeded"; state = (string?)(await scene.SendAsync(HttpMethod.Get, $"/v1/deployments/{(string)begun["deploymentId"]!}"))["state"])
            {
                (state ?? "running").ShouldBe("running", what);
                Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(60), what);
                await EntersAsync((string)campaign["siteKey"]!);
            }
        }

        var next = (string)(await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{id}"))["siteKey"]!;
        next.ShouldNotBe((string)campaign["siteKey"]!);
        await EntersAsync(next);
        await EntersAsync((string)campaign["siteKey"]!);

        async Task EntersAsync(string key)
        {
            person++;
            var answer = await scene.Admin.EnterAsync(slug, key, $"replaced-key-{person:d4}", SampleCampaign.Entry($"someone{person}@example.com"));
            answer.Status.ShouldBe(201, answer.Body?.ToJsonString());
        }
    }

    private async Task AskEverythingAsync(string tenant, JsonNode campaign)
    {
        var (id, slug) = ((string)campaign["id"]!, (string)campaign["slug"]!);
        string[] asked =
        [
            "/v1/tenants", $"/v1/tenants/{tenant}", $"/v1/tenants/{tenant}/providers", $"/v1/tenants/{tenant}/webhooks", $"/v1/tenants/{tenant}/api-keys",
            "/v1/providers", "/v1/users", "/v1/campaigns", $"/v1/campaigns/{id}", $"/v1/campaigns/{id}/stats", $"/v1/campaigns/{id}/pools",
            $"/v1/campaigns/{id}/draws", $"/v1/campaigns/{id}/notices", $"/v1/campaigns/{id}/entries", $"/v1/campaigns/{id}/claims", "/v1/audit?limit=200",
            "/v1/installation", "/v1/keys", $"/v1/sites/{slug}", "/health/ready", "/metrics", "/openapi/v1.json",
        ];
        foreach (var path in asked)
        {
            (await scene.SendAsync(HttpMethod.Get, path)).Status.ShouldBeLessThan(500, path);
        }

        await AskDeploymentsAsync(id);
    }

    private async Task AskDeploymentsAsync(string campaign)
    {
        var deployments = await scene.SendAsync(HttpMethod.Get, $"/v1/campaigns/{campaign}/deployments", expect: 200);
        foreach (var deployment in deployments["items"].AsArray())
        {
            await scene.SendAsync(HttpMethod.Get, $"/v1/deployments/{(string)deployment!["id"]!}", expect: 200);
        }
    }

    /// <summary>What was given, what was told once, and what the platform made for itself.</summary>
    private async Task KnowAllAsync()
    {
        needles.Add("the admin's password", SecretScene.Password);
        needles.Add("the admin's session", scene.Admin.AccessToken);
        needles.Add("GitHub's token", SecretScene.GitHubToken);
        needles.Add("Supabase's token", scene.Supabase.Token);
        needles.Add("Vercel's token", scene.Vercel.Token!);
        foreach (var key in scene.Supabase.Projects.SelectMany(p => p.Keys))
        {
            needles.Add($"Supabase's {key.Name} key", key.Secret);
        }

        var master = scene.Services.GetRequiredService<MasterKey>();
        needles.Add("the master key", Convert.FromBase64String(File.ReadAllText(Path.Combine(scene.DataFolder, "master.key")).Trim()));
        foreach (var role in (string[])["platform_owner", "platform_app", "platform_reader", "platform_system", "platform_provisioner"])
        {
            needles.Add($"the password of {role}", master.DerivePassword(role));
        }

        await KnowStoredAsync(new SecretBox(master));
    }

    private async Task KnowStoredAsync(SecretBox box)
    {
        await using var central = await ConnectAsync("platform");
        foreach (var row in await RowsAsync(central, "select tenant_id, scope, name from secret", r => (Tenant: r.GetGuid(0), Scope: r.GetString(1), Name: r.GetString(2))))
        {
            // What is not asked for by a name is a secret all the same: JSON is opened up to what it holds.
            var value = (await scene.Services.GetRequiredService<ISecrets>().GetAsync(row.Tenant, row.Scope, row.Name, default))!;
            foreach (var password in value.Split(';').Where(p => p.StartsWith("Password=", StringComparison.OrdinalIgnoreCase)))
            {
                needles.Add($"{row.Name}'s password", password.Split('=', 2)[1].Trim('"'));
            }

            needles.Add(row.Name, value);
        }

        foreach (var (id, envelope) in await RowsAsync(central, "select key_id, private_key from signing_key", r => (r.GetString(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the signing key", box.Open(envelope, "signing_key", id));
        }

        var database = (await RowsAsync(central, "select datname::text from pg_database where datname like 'project\\_%'", r => r.GetString(0))).ShouldHaveSingleItem();
        await using var own = await ConnectAsync(database);
        foreach (var (id, envelope) in await RowsAsync(own, "select pool_id, secret from pool", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the pool's secret", box.Open(envelope, "pool", Ids.Format(Ids.Pool, id)));
        }

        foreach (var (id, envelope) in await RowsAsync(own, "select draw_id, secret from draw", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the draw's secret", box.Open(envelope, "draw", Ids.Format(Ids.Draw, id)));
        }
    }

    private async Task<List<string>> FindAsync()
    {
        var found = new List<string>();
        void Look(string where, string text) => found.AddRange(needles.In(text).Select(name => $"{where} holds {name}"));
        Look("log", string.Join('\n', scene.Log));
        foreach (var (request, answer) in scene.Answers)
        {
            Look($"answer to {request}", answer);
        }

        foreach (var (where, text) in await Haystack.OfServerAsync(scene.Postgres.SuperuserConnectionString))
        {
            Look(where, text);
        }

        foreach (var (where, text) in Haystack.OfFolder(scene.DataFolder).Where(f => f.Where != "master.key"))
        {
            Look($"file {where}", text);
        }

        return [.. found.Distinct()];
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(scene.Postgres.SuperuserConnectionString)
        {
            Database = database, Pooling = false, SearchPath = "public,prizedraw",
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task<List<T>> RowsAsync<T>(NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<T>();
        while (await rows.ReadAsync())
        {
            found.Add(read(rows));
        }

        return found;
    }
}
