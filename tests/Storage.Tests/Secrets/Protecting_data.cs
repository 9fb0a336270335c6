using System.Threading.Tasks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Secrets;

[Collection(CentralCollection.Name)]
public sealed class Protecting_data(CentralFixture fixture)
{
    [Fact]
    public async Task outlives_a_restart_of_the_host()
    {
        await using var before = fixture.NewHost();
        var hidden = Protector(before).Protect("a token");

        await using var after = fixture.NewHost();
        Protector(after).Unprotect(hidden).ShouldBe("a token");
    }

    [Fact]
    public async Task stores_no_key_in_clear()
    {
        await using var host = fixture.NewHost();
        Protector(host).Protect("a token");

        await using var superuser = await fixture.OpenSuperuserAsync();
        var rings = await superuser.ListAsync("select xml from data_protection_key", [], row => row.GetString(0), default);
        rings.ShouldNotBeEmpty();
        rings.ShouldAllBe(xml => xml.Contains("masterKeyEncrypted") && !xml.Contains("<masterKey "));
    }

    private static IDataProtector Protector(ServiceProvider host) =>
        host.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");
}
