using System;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Providers;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Silo;
using PrizeDraw.TestKit.Cloud;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What an installation says of the cloud providers, by its arguments.</summary>
public sealed class Choosing_where_the_cloud_is : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task without_arguments_is_the_public_one_and_campaigns_stay_local()
    {
        var cloud = await ReadAsync();
        cloud.Defaults.ShouldBe(new ProviderChoice());
        cloud.ToOptions().GitHub.Address.ShouldBe(new Uri("https://api.github.com/"));
        (cloud.ToOptions().GitHub.SerialWrites, cloud.ToOptions().GitHub.WriteGap).ShouldBe((true, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task sets_addresses_roots_and_defaults()
    {
        var root = folder["root.pem"];
        await File.WriteAllTextAsync(root, "");
        var cloud = await ReadAsync(
            "--github-url", "https://git.example.com/api/v3", "--supabase-url", "http://127.0.0.1:9000", "--vercel-trust", root, "--supabase-database-trust", root,
            "--supabase-pooler-port", "6000", "--default-database", "supabase", "--default-site", "vercel");
        cloud.Defaults.ShouldBe(new ProviderChoice("supabase", "github", "vercel"));
        var options = cloud.ToOptions();
        (options.GitHub.Address, options.Supabase.Address, options.Vercel.RootCertificate).ShouldBe((new Uri("https://git.example.com/api/v3"), new Uri("http://127.0.0.1:9000"), root));
        var account = options.OfSupabase(new() { Organization = "acme" });
        (account.RootCertificate, account.SessionPort).ShouldBe((root, 6000));
    }

    [Theory]
    [InlineData("6001", null)]
    [InlineData("six", "--supabase-pooler-port is 1 to 65535.")]
    public async Task is_said_by_the_environment_too(string port, string? told)
    {
        Environment.SetEnvironmentVariable("PLATFORM_SUPABASE_POOLER_PORT", port);
        try
        {
            var cloud = await ReadAsync();
            if (told is null)
            {
                cloud.ToOptions().OfSupabase(new() { Organization = "acme" }).SessionPort.ShouldBe(6001);
            }
            else
            {
                Should.Throw<ArgumentException>(cloud.ToOptions).Message.ShouldBe(told);
            }
        }
        finally
        {
            Environment.SetEnvironmentVariable("PLATFORM_SUPABASE_POOLER_PORT", null);
        }
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("http://localhost:8080", null, true)]
    [InlineData("https://platform.example.com", null, false)]
    [InlineData(null, "http://127.0.0.1:9000", false)]
    [InlineData(null, "https://vercel.example.com", true)]
    public void knows_whether_sites_there_could_reach_the_platform(string? publicUrl, string? vercel, bool isForThisMachineAlone) =>
        new PlatformOptions { PublicUrl = publicUrl, Cloud = new CloudSettings { VercelUrl = vercel } }.IsForThisMachineAlone.ShouldBe(isForThisMachineAlone);

    [Theory]
    [InlineData("--github-url is an address", "--github-url", "here")]
    [InlineData("--vercel-url: A cloud provider's options: the address is https", "--vercel-url", "http://api.example.com")]
    [InlineData("There is no file at nowhere.pem: see --supabase-trust.", "--supabase-trust", "nowhere.pem")]
    [InlineData("There is no file at nowhere.pem: see --supabase-database-trust.", "--supabase-database-trust", "nowhere.pem")]
    [InlineData("--supabase-pooler-port is 1 to 65535.", "--supabase-pooler-port", "0")]
    [InlineData("--default-database is local or supabase.", "--default-database", "github")]
    [InlineData("--default-site is local or vercel.", "--default-site", "elsewhere")]
    public async Task is_refused_where_it_makes_no_sense(string told, params string[] arguments)
    {
        var cloud = await ReadAsync(arguments);
        Should.Throw<ArgumentException>(cloud.ToOptions).Message.ShouldStartWith(told);
    }

    [Fact]
    public async Task believes_a_companys_own_authority_only_where_it_is_named()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        await File.WriteAllTextAsync(folder["root.pem"], certificate.ExportCertificatePem());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, at => at.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate })));
        await using var server = builder.Build();
        server.Run(context => context.Response.WriteAsJsonAsync(new { resources = new { core = new { limit = 5000, remaining = 4999 } } }));
        await server.StartAsync();
        var url = new UriBuilder(server.Urls.ShouldHaveSingleItem()) { Host = "127.0.0.1" }.Uri.ToString();
        (await TokenAsync(await ReadAsync("--github-url", url, "--github-trust", folder["root.pem"]))).State.ShouldBe(PreflightState.Passed);
        (await TokenAsync(await ReadAsync("--github-url", url))).Fault.ShouldBe(ProviderFault.Transient);
    }

    private static async Task<PreflightCheck> TokenAsync(CloudSettings cloud)
    {
        var options = cloud.ToOptions();
        using var providers = new CloudProviders(
            options with { GitHub = options.GitHub with { RepeatsMax = 0 } }, new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System);
        var host = providers.Repositories("planted", new GitHubOptions { Owner = "acme", TemplateOwner = "acme", TemplateName = "site" });
        return (await host.CheckAsync(null, TimeSpan.FromMinutes(2), default))[0];
    }

    private static async Task<CloudSettings> ReadAsync(params string[] arguments)
    {
        CloudSettings? read = null;
        (await CommandLine.RunAsync(arguments, (options, _) =>
        {
            read = options.Cloud;
            return Task.FromResult(0);
        })).ShouldBe(0);
        return read.ShouldNotBeNull();
    }
}
