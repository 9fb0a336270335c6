using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Tasks;
using PrizeDraw.Storage.Secrets;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.Provisioning;

/// <summary>What a site's build prints, how it fails, and what it leaves when the platform dies around it.</summary>
[Collection(ProvisioningTests.Name)]
public sealed class Building(Scene scene) : IDisposable
{
    private const string Broken = "broken-build", Verbose = "verbose-build";

    private const string PrintsItsEnvironment = """
        for (const [name, value] of Object.entries(process.env)) console.log(`env ${name}=${value}`);

        """;

    internal static IEnumerable<string> Faults => [$"{Broken}/deploy-site:IntentStored:hold", $"{Verbose}/verify-site:IntentStored:hold"];

    public void Dispose() => TinyTemplate.Write(scene.TemplateFolder);

    [Fact]
    public async Task that_fails_tells_its_output_rolls_back_and_shows_no_secret()
    {
        TinyTemplate.Write(scene.TemplateFolder, buildScript: PrintsItsEnvironment + """
            console.log('a line on its output');
            console.error('Type error: cannot find module');
            process.exit(7);

            """);
        var campaign = await CreateAndHoldAsync(Broken, "deploy-site");
        var secrets = await SecretsAsync(campaign);
        scene.LetGo(Broken);
        await scene.EndsAsync(campaign, "rolled_back");

        var deployment = await scene.DeploymentAsync(campaign);
        deployment.ShouldBeRolledBackFrom("deploy-site");
        var lines = deployment.Log.Where(line => line.Step == "deploy-site").Select(line => line.Message).ToArray();
        lines.ShouldContain("$ node build.mjs", deployment.Told);
        lines.ShouldContain("a line on its output", deployment.Told);
        lines.ShouldContain("Type error: cannot find module", deployment.Told);
        deployment.Log.ShouldContain(
            line => line.Level == "error" && line.Message.Contains("ended with 7") && line.Message.Contains("Type error: cannot find module"), deployment.Told);
        (await Footprint.OfAsync(scene, Broken)).ShouldBeNothing("After a build that failed");
        await ShouldShowNoneAsync(secrets, campaign, deployment);
    }

    [Fact]
    public async Task that_succeeds_shows_no_secret_either()
    {
        TinyTemplate.Write(scene.TemplateFolder, buildScript: PrintsItsEnvironment + TinyTemplate.BuildScript.Replace("import {", "const {").Replace(
            "} from 'node:fs'", "} = await import('node:fs')"));
        var campaign = await CreateAndHoldAsync(Verbose, "verify-site");
        var secrets = await SecretsAsync(campaign);
        scene.LetGo(Verbose);
        await scene.EndsAsync(campaign, "ready");
        var deployment = await scene.DeploymentAsync(campaign);
        deployment.Log.ShouldContain(line => line.Message.StartsWith("env HOME="), $"The build's environment was not printed: {deployment.Told}");
        await ShouldShowNoneAsync(secrets, campaign, deployment);
        await ShouldStoreNoneAsync(secrets);
    }

    [Fact]
    public async Task is_begun_again_after_a_kill_and_nothing_of_the_first_one_goes_on()
    {
        const string Slug = "killed-in-build";
        var gate = scene.Beside("gate");
        TinyTemplate.Write(scene.TemplateFolder, buildScript: $$"""
            const { existsSync } = await import('node:fs');
            console.log('waiting');
            while (!existsSync('{{gate}}')) await new Promise(next => setTimeout(next, 20));
            const {
            """ + TinyTemplate.BuildScript["import {".Length..].Replace("} from 'node:fs'", "} = await import('node:fs')"));
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(Slug);
        await WaitingAsync(campaign, builds: 1);
        await scene.StartAsync();
        await WaitingAsync(campaign, builds: 2);
        await File.WriteAllTextAsync(gate, "");
        var ready = await scene.EndsAsync(campaign, "ready");

        await Sites.ShouldServeAsync((string)ready["siteUrl"]!, Slug);
        (await Footprint.OfAsync(scene, Slug)).ShouldBeOneCampaign(Slug);
        await Scene.UntilAsync(
            () => Task.FromResult(ProcessesBelow(scene.DataFolder).Count == 0), () => $"Builds still run: {string.Join(", ", ProcessesBelow(scene.DataFolder))}");
    }

    private async Task<string> CreateAndHoldAsync(string slug, string step)
    {
        await scene.EnsureStartedAsync();
        var campaign = await scene.CreateAsync(slug);
        await scene.HoldingAsync($"{slug}/{step}:IntentStored");
        return campaign;
    }

    private Task WaitingAsync(string campaign, int builds) => Scene.UntilAsync(
        async () => (await scene.DeploymentAsync(campaign)).Log.Count(line => line.Message == "waiting") == builds,
        () => $"The build's output is not in the log while it runs (build {builds}).");

    /// <summary>Everything of this campaign and the platform that nobody may be shown, by name.</summary>
    private async Task<IReadOnlyDictionary<string, string>> SecretsAsync(string campaign)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(scene.DataFolder, "master.key"))).Trim();
        var box = new SecretBox(MasterKey.FromBase64(text));
        var secrets = new Dictionary<string, string>
        {
            ["the master key"] = text,
            ["the master key in hex"] = Convert.ToHexStringLower(Convert.FromBase64String(text)),
            ["the admin's password"] = PlatformProcess.AdminPassword,
        };
        var where = $"from secret where scope = '{campaign}' order by name";
        var names = await Tables.ColumnAsync<string>(scene.Central, "select name " + where);
        var tenants = await Tables.ColumnAsync<Guid>(scene.Central, "select tenant_id " + where);
        var envelopes = await Tables.ColumnAsync<byte[]>(scene.Central, "select envelope " + where);
        names.ShouldBe(["database", "database-password", "identity", "moments"]);
        for (var i = 0; i < names.Count; i++)
        {
            secrets[$"the campaign's {names[i]}"] = box.OpenText(envelopes[i], "secret", $"{tenants[i]:n}/{campaign.Length}/{campaign}/{names[i]}");
        }

        return secrets;
    }

    private async Task ShouldShowNoneAsync(IReadOnlyDictionary<string, string> secrets, string campaign, Deployment deployment)
    {
        var plain = new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        var shown = new Dictionary<string, string> { ["the process's output"] = scene.Platform.Output };
        foreach (var path in (string[])
            [$"/v1/campaigns/{campaign}", "/v1/campaigns", $"/v1/campaigns/{campaign}/deployments", $"/v1/deployments/{deployment.Id}", "/v1/audit"])
        {
            var answer = await scene.Admin.GetAsync(path);
            answer.Status.ShouldBe(200, path);
            shown[path] = answer.Body!.ToJsonString(plain);
        }

        shown.SelectMany(place => secrets.Where(secret => place.Value.Contains(secret.Value)).Select(secret => $"{secret.Key} is in {place.Key}"))
            .ShouldBeEmpty();
        string[] allowed = ["PATH", "HOME", "TMPDIR", "LANG", "CI", "NO_COLOR", "NEXT_TELEMETRY_DISABLED", "PWD", "OLDPWD", "SHLVL", "_"];
        deployment.Log.Where(line => line.Message.StartsWith("env ")).Select(line => line.Message[4..line.Message.IndexOf('=')])
            .ShouldBeSubsetOf(allowed, "The build is given more of our environment than it needs.");
    }

    private async Task ShouldStoreNoneAsync(IReadOnlyDictionary<string, string> secrets)
    {
        foreach (var path in Directory.EnumerateFiles(scene.DataFolder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "master.key"))
        {
            if (await ReadAsync(path) is not { } bytes)
            {
                continue;
            }

            var content = Encoding.Latin1.GetString(bytes);
            secrets.Where(secret => content.Contains(secret.Value)).Select(secret => $"{secret.Key} is in {path}").ShouldBeEmpty();
        }
    }

    /// <summary>Null where it has gone meanwhile: the platform goes on with its work.</summary>
    private static async Task<byte[]?> ReadAsync(string path)
    {
        try
        {
            return await File.ReadAllBytesAsync(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static List<string> ProcessesBelow(string folder)
    {
        var found = new List<string>();
        foreach (var process in Directory.GetDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                if (new FileInfo(Path.Combine(process, "cwd")).LinkTarget is { } cwd && cwd.StartsWith(folder, StringComparison.Ordinal))
                {
                    found.Add($"{process} in {cwd}: {File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ')}");
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It has ended, or is another user's.
            }
        }

        return found;
    }
}
