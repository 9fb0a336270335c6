using System;
using System.Linq;
using System.Security.Cryptography;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;
using PrizeDraw.Storage.Central.Users;
using Shouldly;
using Xunit;

namespace PrizeDraw.Storage.Tests.Users;

[Collection(CentralCollection.Name)]
public sealed class Keeping_sessions(CentralFixture fixture)
{
    private readonly ISessions _sessions = fixture.Get<ISessions>();

    [Fact]
    public async Task finds_the_user_of_an_open_session()
    {
        var user = await UserAsync();
        var session = await OpenAsync(user, Hash());

        var found = await _sessions.FindUserAsync(session, fixture.Time.Now, default);
        found.ShouldNotBeNull().Id.ShouldBe(Ids.Format(Ids.User, user));
        found.Role.ShouldBe(Roles.ReadOnly);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ses_nonsense")]
    [InlineData("ses_00000000000000000000000000000000")]
    public async Task finds_nobody_for_a_session_that_is_not(string session) =>
        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();

    [Fact]
    public async Task ends_them_at_their_time()
    {
        var session = await OpenAsync(await UserAsync(), Hash());
        (await _sessions.FindUserAsync(session, fixture.Time.Now + TimeSpan.FromDays(2), default)).ShouldBeNull();
    }

    [Fact]
    public async Task ends_one_that_was_closed()
    {
        var hash = Hash();
        var session = await OpenAsync(await UserAsync(), hash);
        await _sessions.CloseAsync(session, default);

        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();
        (await _sessions.RotateAsync(hash, Hash(), fixture.Time.Now, default)).ShouldBeNull();
    }

    [Fact]
    public async Task exchanges_a_refresh_token_for_another()
    {
        var (first, second, third) = (Hash(), Hash(), Hash());
        var session = await OpenAsync(await UserAsync(), first);

        (await _sessions.RotateAsync(first, second, fixture.Time.Now, default)).ShouldNotBeNull().SessionId.ShouldBe(session);
        (await _sessions.RotateAsync(second, third, fixture.Time.Now, default)).ShouldNotBeNull();
        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ends_the_session_when_a_refresh_token_is_used_twice()
    {
        var (first, second) = (Hash(), Hash());
        var session = await OpenAsync(await UserAsync(), first);
        await _sessions.RotateAsync(first, second, fixture.Time.Now, default);

        (await _sessions.RotateAsync(first, Hash(), fixture.Time.Now, default)).ShouldBeNull();
        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();
        (await _sessions.RotateAsync(second, Hash(), fixture.Time.Now, default)).ShouldBeNull();
    }

    [Fact]
    public async Task lets_one_of_many_uses_at_once_win_and_then_ends_the_session()
    {
        var hash = Hash();
        var session = await OpenAsync(await UserAsync(), hash);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => _sessions.RotateAsync(hash, Hash(), fixture.Time.Now, default))));

        answers.Count(answer => answer is not null).ShouldBeLessThanOrEqualTo(1);
        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();
    }

    [Fact]
    public async Task knows_no_token_that_it_never_gave_out() =>
        (await _sessions.RotateAsync(Hash(), Hash(), fixture.Time.Now, default)).ShouldBeNull();

    [Fact]
    public async Task ends_them_all_when_the_user_is_disabled()
    {
        var user = await UserAsync();
        var hash = Hash();
        var session = await OpenAsync(user, hash);
        var (outcome, _) = await fixture.Get<UserStore>().UpdateAsync(user, new UserChange(null, null, null, true, null), "usr_1", default);

        outcome.ShouldBe(UserWrite.Done);
        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();
        (await _sessions.RotateAsync(hash, Hash(), fixture.Time.Now, default)).ShouldBeNull();
    }

    [Fact]
    public async Task ends_them_all_when_the_password_changes()
    {
        var user = await UserAsync();
        var session = await OpenAsync(user, Hash());
        (await fixture.Get<UserStore>().SetPasswordAsync(user, "another hash", "usr_1", default)).ShouldBe(UserWrite.Done);

        (await _sessions.FindUserAsync(session, fixture.Time.Now, default)).ShouldBeNull();
    }

    private static byte[] Hash() => RandomNumberGenerator.GetBytes(32);

    private Task<string> OpenAsync(Guid user, byte[] hash) =>
        _sessions.OpenAsync(Ids.Format(Ids.User, user), hash, fixture.Time.Now + TimeSpan.FromDays(1), default);

    private async Task<Guid> UserAsync()
    {
        var id = fixture.NewId();
        var (outcome, _) = await fixture.Get<UserStore>().CreateAsync(
            id, $"{id:n}@example.com", Roles.ReadOnly, UserGrants.None, "hash", "system", default);
        outcome.ShouldBe(UserWrite.Done);
        return id;
    }
}
