using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Providers.Databases;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Central;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Grains.Provisioning;

/// <summary>A password, the one that follows it, the one before it, and how the platform connects with it: names of secrets.</summary>
internal sealed record PasswordNames(string Current, string Next, string Previous, string Address)
{
    public static readonly PasswordNames Campaign = new(
        SecretNames.DatabasePassword, SecretNames.NextDatabasePassword, SecretNames.PreviousDatabasePassword, SecretNames.Database);

    public static readonly PasswordNames Owner = new(
        SecretNames.DatabaseOwnerPassword, SecretNames.NextDatabaseOwnerPassword, SecretNames.PreviousDatabaseOwnerPassword, SecretNames.DatabaseOwner);
}

/// <summary>
/// Which of two passwords is the one in use. The next one is stored with the deployment's intent and the one before is kept until its end, so
/// that the one which the server takes is known at every moment; who connects meanwhile tries them (<see cref="PasswordsInTurn"/>).
/// </summary>
internal sealed class PasswordTurn(ISecrets secrets, CentralDatabase central)
{
    /// <summary>The password that is to hold: the next one until that is in use.</summary>
    public async Task<string> WantedAsync(CampaignDeployment deployment, PasswordNames names, CancellationToken ct) =>
        await GetAsync(deployment, names.Next, ct) ?? await CurrentAsync(deployment, names, ct);

    public async Task<string> CurrentAsync(CampaignDeployment deployment, PasswordNames names, CancellationToken ct) =>
        await GetAsync(deployment, names.Current, ct) ?? throw new InvalidOperationException($"The campaign has no {names.Current}.");

    /// <summary>The next one is in use from here on, and the one before is kept. Done already is done.</summary>
    public Task KeepAsync(CampaignDeployment deployment, PasswordNames names, CancellationToken ct) =>
        MoveAsync(deployment, names, from: names.Next, to: names.Previous, ct);

    /// <summary>The one before is in use again, and the other one is the next. Never kept, or given back already, is fine.</summary>
    public Task GiveBackAsync(CampaignDeployment deployment, PasswordNames names, CancellationToken ct) =>
        MoveAsync(deployment, names, from: names.Previous, to: names.Next, ct);

    private async Task MoveAsync(CampaignDeployment deployment, PasswordNames names, string from, string to, CancellationToken ct)
    {
        var (tenant, campaign) = (Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId);
        await using var work = await central.BeginAsync(tenant, ct);
        if (await secrets.HoldAsync(work, tenant, campaign, from, ct) is not { } coming)
        {
            return;
        }

        var going = await secrets.HoldAsync(work, tenant, campaign, names.Current, ct);
        var address = await secrets.HoldAsync(work, tenant, campaign, names.Address, ct);
        if (going is null || address is null)
        {
            throw new InvalidOperationException($"The campaign has no {names.Current} in use.");
        }

        await secrets.PutAsync(work, tenant, campaign, to, going, ct);
        await secrets.PutAsync(work, tenant, campaign, names.Current, coming, ct);
        await secrets.PutAsync(work, tenant, campaign, names.Address, WithPassword(names, address, coming), ct);
        await secrets.DeleteAsync(work, tenant, campaign, from, ct);
        await work.CommitAsync(ct);
    }

    private static string WithPassword(PasswordNames names, string address, string password)
    {
        if (names.Address != SecretNames.DatabaseOwner)
        {
            return new NpgsqlConnectionStringBuilder(address) { Password = password }.ConnectionString;
        }

        var access = JsonSerializer.Deserialize<CampaignDatabaseAccess>(address, JsonSerializerOptions.Web)!;
        return JsonSerializer.Serialize(
            access with { OwnerConnectionString = new NpgsqlConnectionStringBuilder(access.OwnerConnectionString) { Password = password }.ConnectionString },
            JsonSerializerOptions.Web);
    }

    private Task<string?> GetAsync(CampaignDeployment deployment, string name, CancellationToken ct) =>
        secrets.GetAsync(Ids.Parse(Ids.Tenant, deployment.TenantId), deployment.CampaignId, name, ct);
}

/// <summary>Tells the database's server of the campaign's next password.</summary>
internal sealed class SetDatabasePassword(IProviderDirectory providers, LostParts lost, DatabaseRequests requests, PasswordTurn turn) : SagaStep<Nothing>
{
    public override string Name => "set-password";

    public override string Done => "The database takes the new password.";

    // The provider's own patience is shorter, and says more.
    public override TimeSpan TimeOut => TimeSpan.FromMinutes(15);

    protected override Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        SetAsync(deployment, token => turn.WantedAsync(deployment, PasswordNames.Campaign, token), ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        lost.UndoAtDatabaseAsync(
            deployment, step, () => SetAsync(deployment, token => turn.CurrentAsync(deployment, PasswordNames.Campaign, token), ct), ct);

    private async Task<Nothing> SetAsync(CampaignDeployment deployment, Func<CancellationToken, Task<string>> password, CancellationToken ct)
    {
        await (await providers.DatabaseAsync(deployment, ct)).SetPasswordAsync(
            await requests.OfAsync(deployment, ct), DatabaseRequests.Ready(deployment), password, ct);
        return new Nothing();
    }
}

/// <summary>Tells the provider of the next password of the role that owns the tables.</summary>
internal sealed class SetOwnerPassword(IProviderDirectory providers, LostParts lost, PasswordTurn turn) : SagaStep<Nothing>
{
    public override string Name => "set-owner-password";

    public override string Done => "The database takes the owner's new password.";

    public override TimeSpan TimeOut => TimeSpan.FromMinutes(15);

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) =>
        await SetAsync(deployment, await turn.WantedAsync(deployment, PasswordNames.Owner, ct), ct);

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => lost.UndoAtDatabaseAsync(
        deployment, step, async () => await SetAsync(deployment, await turn.CurrentAsync(deployment, PasswordNames.Owner, ct), ct), ct);

    private async Task<Nothing> SetAsync(CampaignDeployment deployment, string password, CancellationToken ct)
    {
        await (await providers.DatabaseAsync(deployment, ct)).SetOwnerPasswordAsync(
            DatabaseRequests.WithoutSecrets(deployment), DatabaseRequests.Ready(deployment), password, ct);
        return new Nothing();
    }
}

/// <summary>Puts the new password in use; the one before goes with the deployment's end.</summary>
internal sealed class KeepPassword(PasswordTurn turn, PasswordNames names) : SagaStep<Nothing>
{
    public override string Name => "keep-password";

    public override string Done => "The new password is the one in use.";

    protected override async Task<Nothing> DoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct)
    {
        await turn.KeepAsync(deployment, names, ct);
        return new Nothing();
    }

    protected override Task UndoAsync(CampaignDeployment deployment, StepContext step, CancellationToken ct) => turn.GiveBackAsync(deployment, names, ct);
}
