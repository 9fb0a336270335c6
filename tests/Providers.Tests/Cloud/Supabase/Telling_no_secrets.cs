using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles.Faults;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.Supabase;
using PrizeDraw.Providers.Databases;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.Supabase;

public sealed class Telling_no_secrets(TestPostgres postgres) : SupabaseSpec(postgres)
{
    private readonly List<string> _keys = [];

    [Fact]
    public async Task in_the_whole_life_of_a_database_with_all_that_goes_wrong()
    {
        var told = new ConcurrentBag<string>();
        using (CloudTracing.To(trace => told.Add(trace.ToString())))
        {
            Double.Faults.On("supabase.create", Fault.Before(500));
            Double.Faults.On("supabase.health", Fault.Before(500));
            Double.Faults.On("supabase.data_api", Fault.DropAfter);
            told.Add(await RefusalOfRoleAsync(await CreateAsync()));
            var database = await ReadyAsync();
            told.Add(database.ToString());

            var other = Request with { OwnerPassword = "another-owner-password-" + Nonce };
            await Provider.ReadyAsync(other, database, CancellationToken.None);
            told.Add(await RefusalToldAsync(() => new SupabaseDatabaseProvider(Client, Options with { RootCertificate = null }, Clock)
                .ReadyAsync(other, database, CancellationToken.None)));
            await RefusalsAsync(told, other);
            await Provider.DeleteIfOwnedAsync(other with { Id = database.Id }, CancellationToken.None);

            told.Count(t => t.Contains("supabase.create", StringComparison.Ordinal)).ShouldBeGreaterThan(2);
            told.Add(Request.ToString());
            foreach (var secret in Secrets(other.OwnerPassword))
            {
                told.ShouldAllBe(text => !text.Contains(secret, StringComparison.Ordinal));
            }
        }
    }

    /// <summary>The owner may make no roles: the server refuses the statement that holds what is stored of the password.</summary>
    private async Task<string> RefusalOfRoleAsync(DatabaseRef created)
    {
        await AsSuperuserAsync(Only(), $"alter role owner_{created.Id} nocreaterole");
        var refusal = await Should.ThrowAsync<ProviderException>(() => Provider.ReadyAsync(Request, created, CancellationToken.None));
        await AsSuperuserAsync(Only(), $"alter role owner_{created.Id} createrole");
        var server = refusal.InnerException.ShouldBeOfType<PostgresException>();
        server.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        return string.Join('\n', refusal, server.Where, server.InternalQuery, server.Hint);
    }

    /// <summary>Each operation is refused once, in words that repeat what was sent.</summary>
    private async Task RefusalsAsync(ConcurrentBag<string> told, DatabaseRequest request)
    {
        JsonNode Echo(string of) => new JsonObject { ["message"] = $"Bad request by {Double.Token} with {of}" };
        _keys.AddRange(Only().Keys.Select(k => k.Secret));
        var id = Only().Ref;
        foreach (var operation in Double.Operations.Where(o => o is not "supabase.front_door"))
        {
            var isTold = operation is "supabase.create" or "supabase.password";
            Double.Faults.On(operation, Fault.Before(400, Echo(isTold ? request.OwnerPassword : "nothing more")));
        }

        told.Add(await RefusalToldAsync(() => Provider.FindAsync(request, CancellationToken.None)));
        told.Add(await RefusalToldAsync(() => Client.CreateAsync(Options, request.Name, request.OwnerPassword, CancellationToken.None)));
        told.Add(await RefusalToldAsync(() => Client.SetPasswordAsync(id, request.OwnerPassword, CancellationToken.None)));
        told.Add(await RefusalToldAsync(() => Client.FindAsync(id, CancellationToken.None)));
        told.Add(await RefusalToldAsync(() => Client.DeleteAsync(id, CancellationToken.None)));
        Double.Faults.Clear();
        told.Add(await RefusalToldAsync(() => ClientOf(Double.Token + "x").FindAsync(id, CancellationToken.None)));
    }

    private IEnumerable<string> Secrets(string further) => new[] { Double.Token, Request.Password, Request.OwnerPassword, further, "SCRAM-SHA-256$" }.Concat(_keys)
        .SelectMany(secret => new[] { secret, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)), Uri.EscapeDataString(secret) });

    private static async Task<string> RefusalToldAsync(Func<Task> act) => (await Should.ThrowAsync<ProviderException>(act)).ToString();
}
