using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.Contracts;

namespace PrizeDraw.Providers.Tests.Doubles;

/// <summary>A provider of things that have a name, with a document of its own.</summary>
internal sealed class SampleDouble : ProviderDouble
{
    public const string Document = """
        {
          "paths": {
            "/things/{owner}/{name}": {
              "get": {
                "parameters": [{ "$ref": "#/components/parameters/owner" }, { "name": "name", "in": "path", "required": true, "schema": { "type": "string" } },
                  { "name": "page", "in": "query", "schema": { "type": "integer", "maximum": 9 } },
                  { "name": "part", "in": "query", "schema": { "type": "array", "items": { "enum": ["a", "b"] } } }],
                "responses": { "200": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/thing" } } } } }
              },
              "delete": {
                "parameters": [{ "name": "team", "in": "query", "required": true, "schema": { "type": "string" } }],
                "responses": { "204": { "description": "gone" } }
              }
            },
            "/things/{owner}/latest": { "get": { "responses": { "200": { "content": { "application/json": { "schema": { "type": "string" } } } } } } },
            "/things": {
              "post": {
                "requestBody": { "required": true, "content": { "application/json": { "schema": {
                  "type": "object", "additionalProperties": false, "required": ["name"],
                  "properties": { "name": { "type": "string", "maxLength": 8 }, "kind": { "oneOf": [{ "type": "string" }, { "enum": ["x"] }] }, "note": { "type": ["string", "null"] } }
                } } } },
                "responses": { "201": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/thing" } } } } }
              }
            }
          },
          "components": {
            "parameters": { "owner": { "name": "owner", "in": "path", "required": true, "schema": { "type": "string", "minLength": 2 } } },
            "schemas": {
              "thing": { "type": "object", "required": ["name", "at"], "properties": {
                "name": { "type": "string" }, "at": { "type": "string", "format": "date-time" }, "page": { "type": "string", "format": "uri" },
                "kind": { "oneOf": [{ "type": "string" }, { "enum": ["x"] }] }, "parent": { "$ref": "#/components/schemas/thing" } } }
            }
          }
        }
        """;

    public static readonly JsonObject ErrorForm = JsonNode.Parse(
        """{ "type": "object", "required": ["message"], "properties": { "message": { "type": "string" } } }""")!.AsObject();

    private ImmutableList<string> _names = [];

    private SampleDouble(TimeProvider clock)
        : base(NewContract(), clock)
    {
    }

    public override IReadOnlyList<DoubleResource> Left => [.. _names.Select(n => new DoubleResource("thing", n, n, null))];

    public static Contract NewContract() => new(JsonNode.Parse(Document)!.AsObject(), ErrorForm);

    public static async Task<SampleDouble> StartedAsync()
    {
        var sample = new SampleDouble(TimeProvider.System);
        await sample.StartAsync();
        return sample;
    }

    protected override void Map(DoubleRoutes routes)
    {
        routes.On("POST", "/things", "sample.create", request =>
        {
            ImmutableInterlocked.Update(ref _names, names => names.Add(request.Text("name") ?? ""));
            return new DoubleAnswer(201, Thing(request.Text("name") ?? ""));
        });
        routes.On("GET", "/things/{owner}/{name}", "sample.read", request => new DoubleAnswer(200, Thing(request["name"])));
        routes.On("GET", "/things/{owner}/latest", "sample.latest", _ => new DoubleAnswer(200, new JsonArray()));
        routes.On("DELETE", "/things/{owner}/{name}", "sample.delete", request => ImmutableInterlocked.Update(ref _names, names => names.Remove(request["name"])) ? new DoubleAnswer(204) : Error(404, "gone"));
        routes.OnUndescribed("GET", "/secret", "sample.secret", "the sample's command line", _ => new DoubleAnswer(200, new JsonArray()));
    }

    protected override DoubleAnswer Error(int status, string message) => new(status, new JsonObject { ["message"] = message });

    private static JsonObject Thing(string name) => new() { ["name"] = name, ["at"] = "2026-11-21T12:00:00Z" };
}
