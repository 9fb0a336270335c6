using System;
using System.Collections.Immutable;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api.Users;

internal static class UserEndpoints
{
    public static void Map(RouteGroupBuilder v1)
    {
        var users = v1.MapGroup("/users").WithTags("Users");
        users.MapPost("", CreateAsync)
            .Describe("createUser", "Add a user; without a password one is made and answered this once.").For(Access.SuperAdmin)
            .Answers<CreatedUserAnswer>(201, etag: true).Fails("user.invalid", "user.email_taken");
        users.MapGet("", ListAsync).Describe("listUsers", "List the users.").For(Access.SuperAdmin).Answers<PageAnswer<UserAnswer>>(200);
        users.MapGet("/{id}", (TheUser user) => Told(user.Value)).Describe("getUser", "Read a user.").For(Access.SuperAdmin)
            .Answers<UserAnswer>(200, etag: true);
        users.MapPatch("/{id}", ChangeAsync)
            .Describe("changeUser", "Change a user's role, reach or password, or disable the user; that ends the user's sessions.")
            .For(Access.SuperAdmin).Answers<UserAnswer>(200, etag: true)
            .Fails("user.invalid", "user.version_conflict", "user.last_super_admin");
    }

    private static Task<IResult> CreateAsync(
        Body<UserCreation> body, Creation creation, Caller caller, IGrainFactory grains, IPasswordHasher<PlatformUser> hasher)
    {
        var generated = body.Value.Password is null ? NewPassword() : null;
        return creation.OnceAsync(
            body,
            async uuid =>
            {
                var id = Ids.Format(Ids.User, uuid);
                var result = await grains.GetGrain<IUserGrain>(id).CreateAsync(new CreateUser(
                    caller.Actor, body.Value.Email, body.Value.Role, [.. body.Value.TenantIds ?? []], [.. body.Value.CampaignIds ?? []],
                    HashOf(hasher, body.Value.Email, body.Value.Password ?? generated!)));
                return result.Then(user => Answer.Created($"/v1/users/{user.Id}", CreatedUserAnswer.From(user, generated), user.Version));
            },
            WithoutPassword);
    }

    private static async Task<IResult> ListAsync(Paging paging, IUserQueries users, CancellationToken ct) =>
        Answer.Ok(paging.Answer(await users.ListAsync(paging.Limit, paging.Cursor, ct), UserAnswer.From));

    private static async Task<IResult> ChangeAsync(
        TheUser user, Body<UserChange> body, IfMatch ifMatch, Caller caller, IGrainFactory grains, IPasswordHasher<PlatformUser> hasher,
        IUserQueries users, CancellationToken ct)
    {
        var change = body.Value;
        var grain = grains.GetGrain<IUserGrain>(user.Value.Id);
        var result = await grain.UpdateAsync(new UpdateUser(
            caller.Actor, change.Role, change.TenantIds?.ToImmutableArray(), change.CampaignIds?.ToImmutableArray(), change.Disabled, ifMatch.Version));
        if (result.Refusal is not null || change.Password is not { } password)
        {
            return result.Then(Told);
        }

        var changed = await grain.SetPasswordAsync(new SetPassword(caller.Actor, HashOf(hasher, user.Value.Email, password)));
        return changed.Refusal is { } refusal ? Problem.From(refusal) : Told(await users.FindAsync(user.Value.Id, ct) ?? result.Value!);
    }

    private static Answer Told(UserView user) => Answer.Ok(UserAnswer.From(user), user.Version);

    // 25 characters of 32 are 125 bits; none of them is mistaken for another when it is read out.
    private static string NewPassword() => string.Join('-', Enumerable.Range(0, 5)
        .Select(_ => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyz23456789", 5)));

    private static string HashOf(IPasswordHasher<PlatformUser> hasher, string email, string password) => hasher.HashPassword(
        new PlatformUser { Id = "", Email = email, NormalizedEmail = email, Role = "" }, password);

    /// <summary>A generated password is told once: what is stored for a repeated request leaves it out.</summary>
    private static Answer WithoutPassword(Answer answer)
    {
        var told = JsonSerializer.Deserialize<CreatedUserAnswer>(answer.Stored.Body, WireJson.Options)!;
        var body = JsonSerializer.Serialize(told with { InitialPassword = null }, WireJson.Options);
        return new Answer(answer.Stored with { Body = body });
    }
}
