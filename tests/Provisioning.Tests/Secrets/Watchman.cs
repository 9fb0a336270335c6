using System;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Npgsql;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>Puts a secret into every place that is looked through, where it belongs in none, each time written in another way.</summary>
internal sealed class Watchman(SecretScene scene)
{
    private readonly string secret = scene.Supabase.Token;

    private byte[] Bytes => Encoding.UTF8.GetBytes(secret);

    /// <summary>Where it was put.</summary>
    public async Task<string[]> PlantAsync()
    {
        await InTheDatabaseAsync();
        Directory.CreateDirectory(Path.Combine(scene.DataFolder, ".git"));
        await File.WriteAllTextAsync(Path.Combine(scene.DataFolder, ".git", "config"), $"url = https://x:{Uri.EscapeDataString(secret)}@github.com");
        scene.Log.Enqueue(Convert.ToHexString(Bytes));
        scene.Answers.Enqueue(("GET /planted", secret));
        scene.Live.Heard.Enqueue($$"""{"message":"{{Convert.ToBase64String(Bytes)}}"}""");
        scene.SiteChecks.Enqueue($"X-Planted: {secret}");
        scene.Printed.Enqueue($"The token is {secret}.");
        InTheBackup();
        var repository = await InARepositoryAsync();
        await AtProvidersAsync();
        await AtOthersAsync();
        return
        [
            "log", "live feed", "site checks", "server's log", "answer to GET /planted", "platform public.planted", "platform public.planted (bytes)",
            "file " + Path.Combine(".git", "config"), "Vercel's address of vercel.project", "Vercel's header Authorization", "Supabase's header X-Planted",
            "Supabase's db_pass of supabase.create", "GitHub's body of github.installationToken", "GitHub's header Authorization", "webhook's body", "webhook's address",
            "time stamps's header Authorization", "mail server", "commands", "backup planted.tsv", "backup planted.tsv (bytes)",
            "file " + repository,
        ];
    }

    private void InTheBackup()
    {
        using var backup = ZipFile.Open(scene.BackupFile, ZipArchiveMode.Update);
        using var writer = new StreamWriter(backup.CreateEntry("planted.tsv").Open());
        writer.WriteLine($"1\t\\\\x{Convert.ToHexStringLower([.. "x"u8, .. Bytes])}");
    }

    private async Task<string> InARepositoryAsync()
    {
        var objects = Haystack.OfRepositories(scene.DataFolder).First().Where;
        using var git = Process.Start(new ProcessStartInfo(
            "git", ["--git-dir", Path.Combine(scene.DataFolder, Path.GetDirectoryName(objects)!), "hash-object", "-w", "--stdin"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        await git.StandardInput.WriteAsync($"TOKEN={secret}\n");
        git.StandardInput.Close();
        await git.WaitForExitAsync();
        git.ExitCode.ShouldBe(0);
        return objects;
    }

    private async Task InTheDatabaseAsync()
    {
        var at = new NpgsqlConnectionStringBuilder(scene.Postgres.SuperuserConnectionString) { Database = "platform", Pooling = false }.ConnectionString;
        await using var connection = new NpgsqlConnection(at);
        await connection.OpenAsync();
        await using var plant = new NpgsqlCommand("create table planted as select $1 as as_text, $2 as as_bytes, jsonb_build_object('a', $3::text) as as_json", connection)
        {
            Parameters = { new() { Value = "x" + secret }, new() { Value = Bytes }, new() { Value = Convert.ToBase64String([1, .. Bytes]) } },
        };
        await plant.ExecuteNonQueryAsync();
        await using var told = new NpgsqlCommand($"set application_name = '{secret}'", connection);
        await told.ExecuteNonQueryAsync();
        await using var over = new NpgsqlCommand("reset application_name", connection);
        await over.ExecuteNonQueryAsync();
    }

    /// <summary>A token at another provider, in an address, in a header that is not for it; a credential of the app where its token belongs; a password for somebody else's project.</summary>
    private async Task AtProvidersAsync()
    {
        await SendAsync(HttpMethod.Get, new Uri(scene.Vercel.Address, $"v9/projects/{Uri.EscapeDataString(secret)}"), secret);
        await SendAsync(HttpMethod.Get, new Uri(scene.Supabase.Address, "v1/projects/none"), secret, secret);
        var other = Sent.OwnerPasswords(scene.Supabase).First().Secret;
        await SendAsync(HttpMethod.Post, new Uri(scene.Supabase.Address, "v1/projects"), "nobody", null, new JsonObject { ["name"] = "somebody-elses", ["db_pass"] = other });
        var installation = scene.GitHub.Requests.Last(r => r.Path.StartsWith(Sent.AppsPath, StringComparison.Ordinal));
        await SendAsync(HttpMethod.Get, new Uri(scene.GitHub.Address, "rate_limit"), installation.Token!);
        await SendAsync(HttpMethod.Post, new Uri(scene.GitHub.Address, installation.Path[1..]), installation.Token!, null, new JsonObject { ["key"] = Convert.ToBase64String(scene.AppKey.ExportRSAPrivateKey()) });
    }

    private async Task AtOthersAsync()
    {
        await SendAsync(HttpMethod.Post, new Uri(scene.Hook.Address, $"hook/{secret}"), "nobody", null, new JsonObject { ["secret"] = secret });
        await SendAsync(HttpMethod.Post, scene.Authority.Address, secret);
        using var mail = new TcpClient("127.0.0.1", scene.Mail.Port);
        using var reader = new StreamReader(mail.GetStream());
        await using var writer = new StreamWriter(mail.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        await writer.WriteLineAsync($"NOOP {secret}");
        await reader.ReadLineAsync();
        await reader.ReadLineAsync();
    }

    private static async Task SendAsync(HttpMethod method, Uri address, string token, string? planted = null, JsonNode? body = null)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(method, address) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Headers.TryAddWithoutValidation("X-Planted", planted is null ? [] : [planted]);
        (await http.SendAsync(request)).Dispose();
    }
}
