using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace PrizeDraw.Doubles.Vercel;

/// <summary>Domains, and the part of the world's DNS that concerns them.</summary>
public sealed partial class VercelDouble
{
    private const string Alias = "d1d4fc829fe7bc7c.vercel-dns-017.com.";
    private const string Address4 = "216.198.79.1";

    private readonly HashSet<(string Type, string Name, string Value)> _published = [];

    /// <summary>Domains of which a proof is wanted, since somebody else's account has had them.</summary>
    public HashSet<string> ContestedDomains { get; } = [];

    /// <summary>Domains that another project has.</summary>
    public HashSet<string> TakenDomains { get; } = [];

    /// <summary>What a person does at their registrar.</summary>
    public void Publish(string type, string name, string value) => _published.Add((type, name, value));

    /// <summary>As above, the other way round.</summary>
    public void Unpublish(string type, string name, string value) => _published.Remove((type, name, value));

    /// <summary>Somebody takes a domain from a project, past the platform.</summary>
    public void TakeDomain(string project, string domain) => _projects.Single(p => p.Name == project).Domains.TryRemove(domain, out _);

    private void MapDomains(DoubleRoutes routes)
    {
        routes.On("POST", "/v10/projects/{idOrName}/domains", "vercel.add-domain", AddDomain);
        routes.On("GET", "/v9/projects/{idOrName}/domains/{domain}", "vercel.domain", request => OnDomain(request, (project, domain) =>
            new DoubleAnswer(200, DomainBody(project, domain, withProof: true))));
        routes.On("DELETE", "/v9/projects/{idOrName}/domains/{domain}", "vercel.remove-domain", request => OnDomain(request, (project, domain) =>
        {
            project.Domains.TryRemove(domain.Name, out _);
            return new DoubleAnswer(200, new JsonObject());
        }));
        routes.On("POST", "/v9/projects/{idOrName}/domains/{domain}/verify", "vercel.verify-domain", request => OnDomain(request, (project, domain) =>
        {
            domain.IsVerified |= _published.Contains(("TXT", ProofName(domain), domain.Proof));
            return domain.IsVerified
                ? new DoubleAnswer(200, DomainBody(project, domain, withProof: false))
                : Problem(400, "missing_txt_record", $"Domain {ProofName(domain)} is missing required TXT Record.");
        }));
        routes.On("GET", "/v6/domains/{domain}/config", "vercel.domain-config", request =>
        {
            var name = request["domain"];
            var leads = _published.Contains(("CNAME", name, Alias.TrimEnd('.'))) ? "CNAME" : _published.Contains(("A", name, Address4)) ? "A" : null;
            return new DoubleAnswer(200, ConfigBody(leads));
        });
    }

    private DoubleAnswer OnDomain(DoubleRequest request, Func<VercelProjectState, VercelDomainState, DoubleAnswer> then) =>
        Seen(request["idOrName"]) is { } project && project.Domains.TryGetValue(request["domain"], out var domain)
            ? then(project, domain)
            : Problem(404, "not_found", $"The domain \"{request["domain"]}\" is not assigned to the project.");

    private DoubleAnswer AddDomain(DoubleRequest request)
    {
        var name = request.Text("name") ?? "";
        if (Seen(request["idOrName"]) is not { } project)
        {
            return NoProject;
        }

        if (project.Serving is null)
        {
            return Problem(400, "bad_request", $"The domain \"{name}\" can not be added because the latest production deployment was not successful.");
        }

        if (TakenDomains.Contains(name) || _projects.Any(p => p.Domains.ContainsKey(name)))
        {
            return Problem(409, "domain_already_in_use", $"Cannot add {name} since it's already in use by another project.");
        }

        var domain = project.Domains[name] = new VercelDomainState(name, !ContestedDomains.Contains(name));
        return new DoubleAnswer(200, DomainBody(project, domain, withProof: true));
    }

    private static string Apex(string name) => string.Join('.', name.Split('.')[^2..]);

    private static string ProofName(VercelDomainState domain) => "_vercel." + Apex(domain.Name);

    private static JsonObject DomainBody(VercelProjectState project, VercelDomainState domain, bool withProof)
    {
        var body = new JsonObject
        {
            ["name"] = domain.Name, ["apexName"] = Apex(domain.Name), ["projectId"] = project.Id, ["verified"] = domain.IsVerified, ["redirect"] = null,
        };
        if (withProof && !domain.IsVerified)
        {
            body["verification"] = new JsonArray(new JsonObject
            {
                ["type"] = "TXT", ["domain"] = ProofName(domain), ["value"] = domain.Proof, ["reason"] = "pending_domain_verification",
            });
        }

        return body;
    }

    // What is recommended second comes first: the rank decides, not the place.
    private static JsonObject ConfigBody(string? leads) => new()
    {
        ["configuredBy"] = leads, ["acceptedChallenges"] = new JsonArray("http-01"), ["misconfigured"] = leads is null,
        ["recommendedCNAME"] = new JsonArray(Ranked(2, "cname.vercel-dns.com."), Ranked(1, Alias)),
        ["recommendedIPv4"] = new JsonArray(Ranked(2, new JsonArray("76.76.21.21")), Ranked(1, new JsonArray(Address4))),
    };

    private static JsonObject Ranked(int rank, JsonNode value) => new() { ["rank"] = rank, ["value"] = value };
}
