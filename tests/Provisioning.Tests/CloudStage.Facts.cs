using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Doubles;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;

namespace PrizeDraw.Provisioning.Tests;

/// <summary>What is stored centrally, read past the platform: also while no host runs.</summary>
public sealed partial class CloudStage
{
    /// <summary>Whether a call is about a campaign: by its slug, or by the id of something that has it in its name.</summary>
    public bool IsAbout(SeenRequest request, string slug)
    {
        var (told, inNames) = ($"{request.Path}{request.Query}{request.Body?.ToJsonString()}", slug.Replace('-', '_'));
        return told.Contains(slug, StringComparison.Ordinal) || told.Contains(inNames, StringComparison.Ordinal)
            || Doubles.SelectMany(d => d.Left).Any(r =>
                (r.Name.Contains(slug, StringComparison.Ordinal) || r.Name.Contains(inNames, StringComparison.Ordinal)) && told.Contains(r.Id, StringComparison.Ordinal))
            || request.Path.Split('/').Any(part => part.StartsWith("dpl_", StringComparison.Ordinal) && Vercel.ProjectOf(part) == slug);
    }

    /// <summary>What the deployment's log says.</summary>
    public Task<List<string>> LogAsync(string id) => CentralAsync(
        "select coalesce(l.step, '') || ': ' || l.message || coalesce(E'\\n' || l.call::text, '') from deployment_log l join deployment d using (tenant_id, deployment_id) where d.campaign_id = $1 order by l.line",
        Ids.Parse(Ids.Campaign, id));

    /// <summary>The states of a campaign and of its deployment.</summary>
    public async Task<(string Campaign, string Deployment)> StateAsync(string id)
    {
        var states = await CentralAsync(
            "select c.state || ' ' || coalesce(d.state, '') from campaign c left join deployment d using (tenant_id, deployment_id) where c.campaign_id = $1",
            Ids.Parse(Ids.Campaign, id));
        var both = states.Single().Split(' ');
        return (both[0], both[1]);
    }

    /// <summary>As above; null and nothing for a campaign that is not stored.</summary>
    public async Task<(string? Campaign, string Deployment)> FindStateAsync(string id) =>
        await IsStoredAsync(id) ? await StateAsync(id) : (null, "");

    /// <summary>Whether somebody's order to cancel has come.</summary>
    public async Task<bool> IsCancelledAsync(string id) => (await CentralAsync(
        "select 'yes' from deployment where campaign_id = $1 and (cancel_requested or state = 'cancelled')", Ids.Parse(Ids.Campaign, id))).Count > 0;

    /// <summary>The id of a campaign's deployment; null while there is none.</summary>
    public async Task<string?> FindDeploymentAsync(string id) => (await CentralAsync(
        "select deployment_id::text from campaign where campaign_id = $1 and deployment_id is not null", Ids.Parse(Ids.Campaign, id)))
        .Select(deployment => Ids.Format(Ids.Deployment, Guid.Parse(deployment))).SingleOrDefault();

    private async Task<bool> IsStoredAsync(string id) =>
        (await CentralAsync("select slug from campaign where campaign_id = $1", Ids.Parse(Ids.Campaign, id))).Count > 0;

    /// <summary>The nonces of a campaign's deployment, by step.</summary>
    public async Task<Dictionary<string, string>> NoncesAsync(string id) => (await CentralAsync(
        "select s.name || ' ' || s.nonce from deployment_step s join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1", Ids.Parse(Ids.Campaign, id)))
        .Select(both => both.Split(' ')).ToDictionary(both => both[0], both => both[1]);

    /// <summary>The names of the deployment's steps, in order.</summary>
    public Task<List<string>> StepsAsync(string id) => CentralAsync(
        "select s.name from deployment_step s join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1 order by s.ordinal", Ids.Parse(Ids.Campaign, id));

    /// <summary>The names of a campaign's secrets.</summary>
    public Task<List<string>> SecretsAsync(string id) =>
        CentralAsync("select s.name from secret s where s.scope = 'cmp_' || replace($1::text, '-', '') order by s.name", Ids.Parse(Ids.Campaign, id));

    /// <summary>What the deployment says about why it was undone, and where its site is.</summary>
    public async Task<string> FailureAsync(string id) => (await CentralAsync(
        "select coalesce(d.failure, '') from deployment d join campaign c using (tenant_id, deployment_id) where c.campaign_id = $1", Ids.Parse(Ids.Campaign, id))).Single();

    /// <summary>The campaign that has a slug.</summary>
    public async Task<string> IdOfAsync(string slug)
    {
        var ids = await CentralAsync("select campaign_id::text from campaign where slug = $1", slug);
        return Ids.Format(Ids.Campaign, Guid.Parse(ids.Single()));
    }

    /// <summary>Asks for the end of a campaign's deployment, as its user does.</summary>
    public async Task CancelAsync(string slug)
    {
        var id = await IdOfAsync(slug);
        (await Campaign(id).CancelDeploymentAsync(new CancelDeployment(Admin, (await FindDeploymentAsync(id))!))).Refusal.ShouldBeNull();
    }

    public async Task<List<string>> CentralAsync(string sql, object value)
    {
        await using var central = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(Superuser) { Database = "platform" }.ConnectionString);
        await central.OpenAsync();
        await using var command = new NpgsqlCommand(sql, central) { Parameters = { new() { Value = value } } };
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }
}
