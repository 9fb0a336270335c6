using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

/// <summary>A database that could never be reached is not made, paid for and deleted again.</summary>
public sealed class Asking_Supabase_beforehand(TestPostgres postgres) : SupabaseSpec(postgres)
{
    [Fact]
    public async Task finds_nothing_in_the_way_where_the_root_is_set()
    {
        (await CertificateAsync(Options)).State.ShouldBe(PreflightState.Passed);
    }

    [Fact]
    public async Task finds_that_no_root_of_Supabase_is_trusted_here()
    {
        // As on every machine that nobody has told: the double's root is in no system's store either.
        var check = await CertificateAsync(Options with { RootCertificate = null });

        (check.State, check.Fault).ShouldBe((PreflightState.Failed, ProviderFault.Rejected));
        check.Message.ShouldContain("--supabase-database-trust");
    }

    [Theory]
    [InlineData("")]
    [InlineData("This is no certificate.")]
    [InlineData("-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n")]
    public async Task finds_a_file_that_holds_no_root(string content)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "root.pem");
        await File.WriteAllTextAsync(file, content);

        var check = await CertificateAsync(Options with { RootCertificate = file });

        (check.State, check.Fault).ShouldBe((PreflightState.Failed, ProviderFault.Rejected));
        check.Message.ShouldContain("--supabase-database-trust");
    }

    [Theory]
    [InlineData("C=US, O=Supabase Inc, CN=Supabase Root 2021 CA", true)]
    [InlineData("C=US, O=Another Authority, CN=Another Root", false)]
    public void knows_a_root_of_Supabases_among_those_of_a_machine(string subject, bool isTrusted)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSelfSigned(Clock.GetUtcNow(), Clock.GetUtcNow().AddDays(1));

        SupabaseRoot.IsAmong([root]).ShouldBe(isTrusted);
    }

    private async Task<PreflightCheck> CertificateAsync(SupabaseOptions options) =>
        (await new SupabaseDatabaseProvider(Client, options, TimeProvider.System).CheckAsync(null, TimeSpan.FromSeconds(30), CancellationToken.None)).Single(c => c.Name == "certificate");
}
