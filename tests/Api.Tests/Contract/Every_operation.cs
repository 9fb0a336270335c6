using System;
using System.Collections.Generic;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Threading.Tasks;
using PrizeDraw.Api.Tests.Host;
using PrizeDraw.Grains.Abstractions.Campaigns;
using Shouldly;
using Xunit;

namespace PrizeDraw.Api.Tests.Contract;

/// <summary>Walks the OpenAPI document: what stands in it is tried, and what is not tried fails the test.</summary>
public sealed class Every_operation(ApiHost host) : IClassFixture<ApiHost>
{
    /// <summary>Operations that are open to strangers by design.</summary>
    private static readonly string[] Open = ["login", "refresh", "getTerms", "listKeys", "getCommitment", "getOpening", "getInstantWins", "getInstantCheck", "getDrawPlan", "getDrawCommitment", "getDrawCertificate", "getDrawCertificatePage", "getDrawEntries", "getObservation", "supplyObservation", "getLive", "getReady", "getMetrics"];

    /// <summary>Reads that are not for read_only, since they show persons or what persons did.</summary>
    private static readonly string[] NotForReaders = ["listEntries", "exportEntries", "exportClaims", "listAudit", "listUsers", "getUser", "listMoments", "listWebhooks", "listProviderAccounts", "listPlatformProviderAccounts", "listFindings", "listReconciledAccounts", "exportCoupons", "exportCodes", "listApiKeys", "getCloseOut", "getCloseOutPage", "getEvidence", "listReleases", "getRelease", "listReleaseSites"];

    /// <summary>Mutations of nothing but the caller's own session.</summary>
    private static readonly string[] Own = ["logout", "changePassword"];

    [Fact]
    public async Task Is_closed_to_strangers()
    {
        var tried = new List<string>();
        foreach (var operation in host.Document.Operations.Where(operation => !Open.Contains(operation.Id)))
        {
            var (status, code) = operation.NeedsSite ? (HttpStatusCode.Unauthorized, "site.key_required") : (HttpStatusCode.Unauthorized, "auth.required");
            await (await SendAsync(host.Stranger(), operation, Mine)).ShouldBeProblemAsync(status, code);
            tried.Add(operation.Id);
        }

        tried.Concat(Open).Order().ShouldBe(host.Document.Operations.Select(operation => operation.Id).Order());
    }

    [Fact]
    public async Task Is_closed_to_made_up_tokens()
    {
        foreach (var operation in host.Document.Operations.Where(operation => operation.NeedsPerson))
        {
            var client = host.Stranger();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "CfDJ8AAAAAAAAAAAAAAAAAAAAAAA");
            await (await SendAsync(client, operation, Mine)).ShouldBeProblemAsync(HttpStatusCode.Unauthorized, "auth.required");
        }
    }

    [Fact]
    public async Task Finds_nothing_of_another_tenants()
    {
        var manager = await host.ManagerAsync();
        var tried = 0;
        foreach (var operation in host.Document.Operations.Where(operation =>
            operation.NeedsPerson && operation.Path.Contains("{id}", StringComparison.Ordinal) && !IsForSuperAdmin(operation)))
        {
            var commands = host.Platform.Commands;
            var problem = await (await SendAsync(manager, operation, Foreign)).ShouldBeAsync(HttpStatusCode.NotFound);
            ((string)problem["code"]!).ShouldEndWith(".not_found");
            host.Platform.Commands.ShouldBe(commands, operation.ToString());
            tried++;
        }

        tried.ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task Finds_nothing_of_another_campaigns_site()
    {
        var visitor = host.Visitor();
        foreach (var operation in host.Document.Operations.Where(operation => operation.NeedsSite))
        {
            await (await SendAsync(visitor, operation, Foreign)).ShouldBeProblemAsync(HttpStatusCode.NotFound, "site.not_found");
        }
    }

    [Fact]
    public async Task Is_there_for_the_own_tenant()
    {
        // The counterpart of the test above: the same requests with own ids are not 404.
        var manager = await host.ManagerAsync();
        foreach (var operation in host.Document.Operations.Where(operation =>
            operation.NeedsPerson && operation.Method == "GET" && operation.Path.Contains("{id}", StringComparison.Ordinal) && !IsForSuperAdmin(operation)))
        {
            (await SendAsync(manager, operation, Mine)).StatusCode.ShouldBe(HttpStatusCode.OK, operation.ToString());
        }
    }

    [Fact]
    public async Task That_changes_something_is_closed_to_read_only()
    {
        var reader = await host.ReaderAsync();
        var mutations = host.Document.Operations
            .Where(operation => operation.NeedsPerson && operation.Method != "GET" && !Own.Contains(operation.Id)).ToArray();
        mutations.Length.ShouldBeGreaterThan(15);
        foreach (var operation in mutations)
        {
            var commands = host.Platform.Commands;
            await (await SendAsync(reader, operation, Mine)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
            host.Platform.Commands.ShouldBe(commands, operation.ToString());
        }
    }

    [Fact]
    public async Task That_reads_is_open_to_read_only_unless_it_shows_persons()
    {
        var reader = await host.ReaderAsync();
        foreach (var operation in host.Document.Operations.Where(operation => operation.NeedsPerson && operation.Method == "GET"))
        {
            (await SendAsync(reader, operation, Mine)).StatusCode
                .ShouldBe(NotForReaders.Contains(operation.Id) ? HttpStatusCode.Forbidden : HttpStatusCode.OK, operation.ToString());
        }
    }

    [Fact]
    public async Task Of_users_is_for_super_admins_alone()
    {
        var manager = await host.ManagerAsync();
        foreach (var operation in host.Document.Operations.Where(operation => IsForSuperAdmin(operation)))
        {
            await (await SendAsync(manager, operation, Mine)).ShouldBeProblemAsync(HttpStatusCode.Forbidden, "auth.forbidden");
        }
    }

    [Fact]
    public async Task Answers_503_with_Retry_After_while_storage_is_away()
    {
        var away = new ApiHost();
        await away.InitializeAsync();
        try
        {
            var admin = await away.AdminAsync();
            away.Platform.Away = () => new TimeoutException("The database does not answer; password=hidden.");
            foreach (var operation in away.Document.Operations.Where(operation => operation.NeedsPerson))
            {
                var response = await SendAsync(admin, operation, _ => away.Campaign, away);
                var problem = await response.ShouldBeProblemAsync(HttpStatusCode.ServiceUnavailable, "storage.unavailable");
                response.Headers.RetryAfter.ShouldNotBeNull(operation.ToString());
                problem.ToJsonString().ShouldNotContain("hidden");
            }
        }
        finally
        {
            await away.DisposeAsync();
        }
    }

    [Fact]
    public void Has_an_id_a_summary_a_tag_and_the_codes_of_its_problems()
    {
        foreach (var operation in host.Document.Operations)
        {
            operation.Id.ShouldNotBeNullOrEmpty(operation.ToString());
            ((string?)operation.Definition["summary"]).ShouldNotBeNullOrEmpty(operation.ToString());
            operation.Definition["tags"]!.AsArray().ShouldNotBeEmpty(operation.ToString());
            operation.Codes.ShouldContain("storage.unavailable", operation.ToString());
            foreach (var parameter in operation.Path.Split('/').Where(part => part.StartsWith('{')))
            {
                operation.Definition["parameters"]!.AsArray()
                    .ShouldContain(known => (string?)known!["name"] == parameter.Trim('{', '}') && (string?)known["in"] == "path", operation.ToString());
            }
        }

        host.Document.Operations.Select(operation => operation.Id).ShouldBeUnique();
    }

    private static bool IsForSuperAdmin(Operation operation) =>
        operation.Path.StartsWith("/v1/users", StringComparison.Ordinal) || operation.Path.StartsWith("/v1/template/releases", StringComparison.Ordinal) || operation.Id is "createTenant" or "closeCampaign" or "decommissionCampaign" or "unsealMoments"
        or "confirmInstallation" or "findTemplateVersions" or "listFindings" or "listReconciledAccounts" or "switchDeletion" or "runReconciliation" or "deleteFinding" or "dismissFinding" or "setProviderAccount" or "removeProviderAccount" or "listPlatformProviderAccounts" or "setPlatformProviderAccount" or "removePlatformProviderAccount" or "checkPlatformProviderAccount";

    private CampaignView Mine(Operation _) => host.Campaign;

    private CampaignView Foreign(Operation _) => host.Foreign;

    private Task<HttpResponseMessage> SendAsync(HttpClient client, Operation operation, Func<Operation, CampaignView> whose) =>
        SendAsync(client, operation, whose, host);

    private static Task<HttpResponseMessage> SendAsync(
        HttpClient client, Operation operation, Func<Operation, CampaignView> whose, ApiHost host)
    {
        var campaign = whose(operation);
        var body = operation.BodySchema is null ? null : host.Document.ExampleFor(operation);
        if (body?.ContainsKey("tenantId") == true)
        {
            body["tenantId"] = campaign.TenantId;
        }

        return client.SendJsonAsync(
            new HttpMethod(operation.Method), host.PathOf(operation, campaign), body?.ToJsonString(), ("Idempotency-Key", Guid.CreateVersion7().ToString()));
    }
}
