using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PrizeDraw.Domain;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Storage.Campaign.Pools;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>Learns what there is to look for: what was given, what others issued, and what the platform made for itself.</summary>
internal sealed class Knowledge(SecretScene scene, Needles needles)
{
    private const string OpenedByDraws = " until the pool of {0} is opened";

    /// <summary>What was given at the start, and what providers have issued since.</summary>
    public void OfOthers()
    {
        needles.Add("the admin's password", SecretScene.Password);
        needles.Add("the admin's session", scene.Admin.AccessToken);
        needles.Add(MailStandIn.PasswordName, MailStandIn.Password);
        needles.Add(Sent.StampPassword, SecretScene.StampPassword);
        needles.Add(Sent.GitHubToken, SecretScene.GitHubToken);
        needles.Add(Sent.SupabaseToken, scene.Supabase.Token);
        needles.Add(Sent.VercelToken, scene.Vercel.Token!);
        foreach (var key in scene.Supabase.Projects.SelectMany(p => p.Keys))
        {
            needles.Add($"Supabase's {key.Name} key", key.Secret);
        }

        foreach (var (name, secret) in Sent.OwnerPasswords(scene.Supabase))
        {
            needles.Add(name, secret);
        }

        OfTheApp();
        foreach (var (to, token, _) in scene.Mail.Links)
        {
            needles.Add(MailStandIn.LinkOf(to), token);
        }
    }

    /// <summary>What the platform keeps sealed, and what it derives.</summary>
    public async Task OfThePlatformAsync()
    {
        var master = scene.Services.GetRequiredService<MasterKey>();
        needles.Add("the master key", Convert.FromBase64String((await File.ReadAllTextAsync(Path.Combine(scene.DataFolder, "master.key"))).Trim()));
        foreach (var role in (string[])["platform_owner", "platform_app", "platform_reader", "platform_system", "platform_provisioner"])
        {
            needles.Add($"the password of {role}", master.DerivePassword(role));
        }

        var box = new SecretBox(master);
        await using var central = await ConnectAsync("platform");
        await KnowSealedAsync(central);
        foreach (var (id, envelope) in await RowsAsync(central, "select key_id, private_key from signing_key", r => (r.GetString(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the signing key", box.Open(envelope, "signing_key", id));
        }

        foreach (var database in await RowsAsync(central, "select datname::text from pg_database where datname ~ '^(project|cmp)_'", r => r.GetString(0)))
        {
            await KnowPoolsAsync(database, box);
        }
    }

    /// <summary>Once its draws are run, the secrets of a campaign's pools and draws are published, winning moments among them.</summary>
    public async Task ForgetOpenedAsync(string prefix)
    {
        await using var central = await ConnectAsync("platform");
        foreach (var database in await RowsAsync(central, $"select datname::text from pg_database where datname like '{prefix}%'", r => r.GetString(0)))
        {
            needles.Forget(name => name.EndsWith(Until(database), StringComparison.Ordinal));
        }
    }

    private static string Until(string database) => OpenedByDraws.Replace("{0}", database, StringComparison.Ordinal);

    private void OfTheApp()
    {
        foreach (var token in scene.GitHub.Requests.Where(r => r.Token is not (null or SecretScene.GitHubToken)))
        {
            needles.Add(token.Path.StartsWith(Sent.AppsPath, StringComparison.Ordinal) ? Sent.AppsCredential : Sent.AppsToken, token.Token!);
        }

        // What makes the key private, and each line of the text that it was given as.
        var (key, pem) = (scene.AppKey.ExportParameters(true), scene.AppKey.ExportRSAPrivateKeyPem());
        foreach (var part in (byte[][])[key.D!, key.P!, key.Q!, key.DP!, key.DQ!, key.InverseQ!, scene.AppKey.ExportRSAPrivateKey(), scene.AppKey.ExportPkcs8PrivateKey()])
        {
            needles.Add("the app's private key", part);
        }

        foreach (var line in pem.Split('\n').Where(line => !line.StartsWith('-')).Append(pem))
        {
            needles.Add("the app's private key", line);
        }
    }

    private async Task KnowSealedAsync(NpgsqlConnection central)
    {
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
    }

    private async Task KnowPoolsAsync(string database, SecretBox box)
    {
        await using var own = await ConnectAsync(database);
        foreach (var (id, envelope) in await RowsAsync(own, "select pool_id, secret from pool", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the pool's secret" + Until(database), box.Open(envelope, "pool", Ids.Format(Ids.Pool, id)));
        }

        foreach (var (id, envelope) in await RowsAsync(own, "select draw_id, secret from draw", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
        {
            needles.Add("the draw's secret" + Until(database), box.Open(envelope, "draw", Ids.Format(Ids.Draw, id)));
        }

        var soon = TimeProvider.System.GetUtcNow().AddHours(1);
        foreach (var (id, envelope) in await RowsAsync(own, "select moment_id, sealed from moment", r => (r.GetGuid(0), r.GetFieldValue<byte[]>(1))))
        {
            if (new MomentSeal(box).Open(new MomentId(id), envelope) is var (at, salt) && at > soon)
            {
                needles.Add("a winning moment" + Until(database), at);
                needles.Add("a winning moment" + Until(database), salt.ToArray());
            }
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Haystack.Unlogged(scene.Postgres.SuperuserConnectionString))
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
