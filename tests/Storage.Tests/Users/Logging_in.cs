using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Storage.Central.Users;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Users;

/// <summary>Through ASP.NET Core Identity, as the API does.</summary>
[Collection(CentralCollection.Name)]
public sealed class Logging_in(CentralFixture fixture)
{
    private const string Password = "Correct horse 1";

    [Fact]
    public async Task takes_the_right_password_alone()
    {
        var email = await UserAsync();
        await using var host = Host();
        var users = Manager(host);
        var user = (await users.FindByEmailAsync(email.ToUpperInvariant())).ShouldNotBeNull();

        (await users.CheckPasswordAsync(user, Password)).ShouldBeTrue();
        (await users.CheckPasswordAsync(user, Password + "x")).ShouldBeFalse();
        (await users.FindByEmailAsync("nobody@example.com")).ShouldBeNull();
        (await users.FindByEmailAsync("no\0body@example.com")).ShouldBeNull();
    }

    [Fact]
    public async Task counts_every_wrong_guess_of_many_at_once_and_locks_out()
    {
        var email = await UserAsync();
        await using var host = Host();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var scope = host.CreateAsyncScope();
            var users = scope.ServiceProvider.GetRequiredService<UserManager<PlatformUser>>();
            var user = (await users.FindByEmailAsync(email))!;
            await users.AccessFailedAsync(user);
        }));

        var manager = Manager(host);
        var locked = (await manager.FindByEmailAsync(email)).ShouldNotBeNull();
        (await manager.IsLockedOutAsync(locked)).ShouldBeTrue();
    }

    [Fact]
    public async Task makes_an_outdated_hash_anew_without_putting_it_over_a_new_password()
    {
        var email = await UserAsync();
        await using var host = Host();
        var users = Manager(host);
        var user = (await users.FindByEmailAsync(email))!;

        // Meanwhile somebody sets another password.
        var other = new PasswordHasher<PlatformUser>().HashPassword(user, "Another horse 2");
        await fixture.Get<UserStore>().SetPasswordAsync(Ids.Parse(Ids.User, user.Id), other, "usr_1", default);
        user.PasswordHash = "an old one, made anew";
        user.SecurityStamp = "new stamp";

        (await host.GetRequiredService<IUserStore<PlatformUser>>().UpdateAsync(user, default)).Succeeded.ShouldBeFalse();
        var after = (await users.FindByEmailAsync(email))!;
        (await users.CheckPasswordAsync(after, "Another horse 2")).ShouldBeTrue();
    }

    private static UserManager<PlatformUser> Manager(IServiceProvider host) => host.GetRequiredService<UserManager<PlatformUser>>();

    private ServiceProvider Host()
    {
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(fixture.Time).AddPlatformStorage(fixture.Options());
        services.AddIdentityCore<PlatformUser>();
        return services.BuildServiceProvider();
    }

    private async Task<string> UserAsync()
    {
        var id = fixture.NewId();
        var email = $"{id:n}@example.com";
        var hash = new PasswordHasher<PlatformUser>().HashPassword(null!, Password);
        var (outcome, _) = await fixture.Get<UserStore>().CreateAsync(id, email, Roles.ReadOnly, UserGrants.None, hash, "system", default);
        outcome.ShouldBe(UserWrite.Done);
        return email;
    }
}
