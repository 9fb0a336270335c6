using System;
using System.IO;
using System.Text.Json.Nodes;
using PrizeDraw.Doubles.Contracts;
using PrizeDraw.TestKit;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>What a contract sees in requests and answers.</summary>
public sealed class Holding_against_a_contract
{
    private readonly Contract _contract = SampleDouble.NewContract();

    [Theory]
    [InlineData("POST", "/things", "", """{ "name": "one", "note": null, "kind": "y" }""")]
    [InlineData("GET", "/things/me/a%2Fb", "", null)]
    [InlineData("GET", "/things/me/one", "?page=9&part=a&part=b", null)]
    [InlineData("DELETE", "/things/me/one", "?team=t%201", null)]
    public void finds_nothing_in_a_request_as_described(string method, string path, string query, string? body) =>
        _contract.CheckRequest(method, path, query, Node(body)).ShouldBeEmpty();

    [Theory]
    [InlineData("PUT", "/things", "", """{ "name": "one" }""", "is not described")]
    [InlineData("GET", "/things/me/a/b", "", null, "is not described")]
    [InlineData("POST", "/things", "", null, "the body is missing")]
    [InlineData("POST", "/things", "", "{}", "PropertyRequired")]
    [InlineData("POST", "/things", "", """{ "name": 1 }""", "StringExpected")]
    [InlineData("POST", "/things", "", """{ "name": "far too long" }""", "StringTooLong")]
    [InlineData("POST", "/things", "", """{ "name": "one", "nmae": "" }""", "NoAdditionalPropertiesAllowed")]
    [InlineData("POST", "/things", "", """{ "name": "one", "kind": "x" }""", "NotOneOf")]
    [InlineData("POST", "/things", "?force=1", """{ "name": "one" }""", "the query has force")]
    [InlineData("GET", "/things/m/one", "", null, "path parameter owner")]
    [InlineData("GET", "/things/me/one", "?page=first", null, "query parameter page")]
    [InlineData("GET", "/things/me/one", "?page=10", null, "query parameter page")]
    [InlineData("GET", "/things/me/one", "?part=a&part=c", null, "query parameter part")]
    [InlineData("GET", "/things/me/one", "", """{ "name": "one" }""", "none is described")]
    [InlineData("DELETE", "/things/me/one", "", null, "the query lacks team")]
    public void finds_what_differs_in_a_request(string method, string path, string query, string? body, string what) =>
        string.Join("; ", _contract.CheckRequest(method, path, query, Node(body))).ShouldContain(what);

    [Theory]
    [InlineData("GET", 200, """{ "name": "one", "at": "2026-11-21T12:00:00Z", "added": 1 }""")]
    [InlineData("GET", 200, """{ "name": "one", "at": "2026-11-21T12:00:00Z", "kind": "x" }""")]
    [InlineData("GET", 503, """{ "message": "busy" }""")]
    [InlineData("DELETE", 204, null)]
    public void finds_nothing_in_an_answer_as_described(string method, int status, string? body) =>
        _contract.CheckAnswer(method, "/things/me/one", status, Node(body)).ShouldBeEmpty();

    [Theory]
    [InlineData("GET", 200, """{ "name": "one" }""", "PropertyRequired")]
    [InlineData("GET", 200, """{ "name": "one", "at": "yesterday" }""", "DateTimeExpected")]
    [InlineData("GET", 200, """{ "name": "one", "at": "2026-11-21T12:00:00Z", "page": "no address" }""", "UriExpected")]
    [InlineData("GET", 200, """{ "name": "one", "at": "2026-11-21T12:00:00Z", "parent": { "name": "two" } }""", "parent")]
    [InlineData("GET", 200, null, "the body is missing")]
    [InlineData("GET", 202, """{ "name": "one", "at": "2026-11-21T12:00:00Z" }""", "the status is not described")]
    [InlineData("GET", 404, """{ "error": "gone" }""", "message")]
    [InlineData("DELETE", 204, "{}", "there is a body")]
    public void finds_what_differs_in_an_answer(string method, int status, string? body, string what) =>
        string.Join("; ", _contract.CheckAnswer(method, "/things/me/one", status, Node(body))).ShouldContain(what);

    [Fact]
    public void prefers_a_literal_segment() => _contract.Match("GET", "/things/me/latest")!.Path.ShouldBe("/things/{owner}/latest");

    [Theory]
    [InlineData("""{ "const": "x" }""")]
    [InlineData("""{ "type": "object", "properties": { "a": { "if": {} } } }""")]
    [InlineData("""{ "$ref": "#/components/schemas/thing", "required": ["x"] }""")]
    [InlineData("""{ "$ref": "#/components/parameters/owner" }""")]
    [InlineData("""{ "$ref": "#/components/schemas/nothing" }""")]
    public void does_not_pass_over_a_schema_that_it_can_not_check(string schema)
    {
        var document = JsonNode.Parse(SampleDouble.Document)!.AsObject();
        document["components"]!["schemas"]!["thing"]!["properties"]!["name"] = Node(schema);
        Should.Throw<Exception>(() => new Contract(document).CheckAnswer("GET", "/things/me/one", 200, new JsonObject()))
            .ShouldBeAssignableTo<Exception>().ShouldSatisfyAllConditions(e => (e is NotSupportedException or InvalidOperationException).ShouldBeTrue(e.ToString()));
    }

    [Fact]
    public void needs_a_folder_that_is_there()
    {
        using var folder = new TempFolder();
        var absent = Path.Combine(folder.Path, "absent");
        ContractFolder.Find(folder.Path, absent, true).ShouldBe(folder.Path);
        ContractFolder.Find(null, folder.Path, true).ShouldBe(folder.Path);
        ContractFolder.Find("", absent, false).ShouldBeNull();
        Should.Throw<InvalidOperationException>(() => ContractFolder.Find(null, absent, true)).Message.ShouldContain("PLATFORM_CONTRACTS");
        Should.Throw<InvalidOperationException>(() => ContractFolder.Find(absent, folder.Path, false)).Message.ShouldContain(absent);
    }

    private static JsonNode? Node(string? json) => json is null ? null : JsonNode.Parse(json);
}
