using System.Linq;
using System.Text.Json.Nodes;
using PrizeDraw.Doubles.Contracts;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>The documents that the providers publish.</summary>
public sealed class The_providers_documents
{
    [ContractTheory]
    [InlineData("github", 53)]
    [InlineData("supabase", 40)]
    [InlineData("vercel", 35)]
    public void can_be_read_to_the_last_schema(string provider, int operationsMin)
    {
        var operations = Contract.Find(provider)!.Operations;
        operations.Count.ShouldBeGreaterThanOrEqualTo(operationsMin);
        foreach (var operation in operations)
        {
            Should.NotThrow(operation.Compile, operation.ToString());
        }
    }

    [ContractFact]
    public void tell_right_from_wrong_at_GitHub()
    {
        const string path = "/repos/agency/template/generate";
        var github = Contract.Find("github")!;
        github.CheckRequest("POST", path, "", new JsonObject { ["name"] = "summer", ["private"] = true }).ShouldBeEmpty();
        github.CheckRequest("POST", path, "", new JsonObject { ["private"] = "yes" }).Count().ShouldBe(2);
        github.CheckRequest("GET", "/repos/agency/summer/git/ref/heads%2Fmain", "", null).ShouldBeEmpty();
        github.CheckAnswer("POST", path, 201, new JsonObject { ["id"] = 1 }).ShouldNotBeEmpty();
        github.CheckAnswer("POST", path, 422, new JsonObject { ["message"] = "name already exists" }).ShouldBeEmpty();
    }

    [ContractFact]
    public void tell_right_from_wrong_at_Supabase()
    {
        var supabase = Contract.Find("supabase")!;
        var body = new JsonObject { ["name"] = "summer", ["db_pass"] = "secret", ["organization_slug"] = "agency" };
        supabase.CheckRequest("POST", "/v1/projects", "", body).ShouldBeEmpty();
        body["colour"] = "red";
        supabase.CheckRequest("POST", "/v1/projects", "", body).ShouldHaveSingleItem().ShouldContain("colour");
        supabase.CheckRequest("GET", "/v1/projects/short", "", null).ShouldHaveSingleItem().ShouldContain("ref");
    }

    [ContractFact]
    public void tell_right_from_wrong_at_Vercel()
    {
        var vercel = Contract.Find("vercel")!;
        vercel.CheckRequest("POST", "/v11/projects", "?teamId=team_1", new JsonObject { ["name"] = "summer", ["framework"] = "nextjs" }).ShouldBeEmpty();
        vercel.CheckRequest("POST", "/v11/projects", "?team=team_1", new JsonObject { ["name"] = "summer", ["framework"] = "next" }).Count.ShouldBeGreaterThan(1);
        vercel.CheckAnswer("GET", "/v9/projects/summer", 404, new JsonObject { ["error"] = new JsonObject { ["code"] = "not_found", ["message"] = "x" } }).ShouldBeEmpty();
    }
}
