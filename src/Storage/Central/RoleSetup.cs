using System;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Migrations;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.Central;

/// <summary>Creates the login roles and renews their passwords, as a superuser or as a role with CREATEDB and CREATEROLE.</summary>
internal sealed class RoleSetup(NpgsqlConnection admin, MasterKey masterKey)
{
    public async Task RunAsync(CancellationToken ct)
    {
        foreach (var role in CentralRoles.All)
        {
            await CreateAsync(role, ct);
            await RefuseExcessRightsAsync(role, ct);
        }

        await BecomeAbleToGiveDatabaseToOwnerAsync(ct);
    }

    private async Task CreateAsync(string role, CancellationToken ct)
    {
        if (!await admin.ScalarAsync<bool>("select exists (select from pg_roles where rolname = $1)", [role], ct))
        {
            await admin.RunAsync($"create role {role} login", [], ct);
        }

        // A fixed salt of its own per role, so that every start sets the very same verifier.
        var verifier = ScramVerifier.Of(masterKey.DerivePassword(role), masterKey.Derive("salt/" + role).AsSpan(0, 16));
        var attributes = role == CentralRoles.Provisioner ? "createdb createrole" : "";
        await admin.RunAsync($"alter role {role} login {attributes} password '{verifier}'", [], ct);
    }

    // Before version 16 only a superuser may even mention these attributes in ALTER ROLE, so they are looked at, not set.
    private async Task RefuseExcessRightsAsync(string role, CancellationToken ct)
    {
        var provisioner = role == CentralRoles.Provisioner;
        var excess = await admin.ScalarAsync<bool>(
            """
            select rolsuper or rolbypassrls or rolreplication or (not $2 and (rolcreaterole or rolcreatedb))
            from pg_roles where rolname = $1
            """, [role, provisioner], ct);
        if (excess)
        {
            throw new MigrationException(
                $"The database role '{role}' has rights that would let it past row-level security or to other databases. Take them away: "
                + $"ALTER ROLE {role} NOSUPERUSER NOBYPASSRLS NOREPLICATION{(provisioner ? "" : " NOCREATEDB NOCREATEROLE")}.");
        }
    }

    // CREATE DATABASE … OWNER wants membership of the owner (up to 15) or the SET option on it (from 16); superusers need neither.
    private async Task BecomeAbleToGiveDatabaseToOwnerAsync(CancellationToken ct)
    {
        if (!await admin.ScalarAsync<bool>("select rolsuper from pg_roles where rolname = current_user", [], ct))
        {
            var option = admin.PostgreSqlVersion.Major >= 16 ? " with set true" : "";
            await admin.RunAsync($"grant {CentralRoles.Owner} to current_user{option}", [], ct);
        }
    }
}
