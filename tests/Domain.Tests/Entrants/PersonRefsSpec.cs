using System;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Entrants;

public sealed class Person_refs
{
    private const string Body = """
        {"pool":null,"entrant":{"email":"ann@example.com","firstName":"Ann"},"answers":{"favourite":"Paris"},"termsVersion":1,
         "consents":[{"purpose":"marketing-email","version":1,"granted":false}],"captchaToken":"t1","website":""}
        """;

    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact] public void are_keyed_by_the_person()
    {
        PersonRefs.EntryRef(Key, "ent_1").ShouldBe(Hmac("pdv1/entry\0ent_1"));
        PersonRefs.PersonRef(Key).ShouldBe(Hmac("pdv1/person"));
        PersonRefs.PersonRef(new byte[32]).ShouldNotBe(PersonRefs.PersonRef(Key));
        Should.Throw<ArgumentException>(() => PersonRefs.PersonRef(new byte[31]));
        Should.Throw<ArgumentException>(() => PersonRefs.EntryRef(Key, ""));
    }

    [Fact] public void fingerprint_a_request_whatever_its_layout() =>
        Print(Body).ShouldBe(Print(new JsonObject(JsonNode.Parse(Body)!.AsObject().Reverse()
            .Select(p => new System.Collections.Generic.KeyValuePair<string, JsonNode?>(p.Key, p.Value?.DeepClone()))).ToJsonString()));

    [Theory]
    [InlineData("\"captchaToken\":\"t1\"", "\"captchaToken\":\"t2\"")]
    [InlineData("\"website\":\"\"", "\"website\":\"http://spam\"")]
    public void fingerprint_a_retry_alike(string part, string other) => Print(Body.Replace(part, other)).ShouldBe(Print(Body));

    [Theory]
    [InlineData("ann@", "bob@")]
    [InlineData("\"Ann\"", "null")]
    [InlineData("Paris", "Rome")]
    [InlineData("\"termsVersion\":1", "\"termsVersion\":2")]
    [InlineData("false", "true")]
    public void fingerprint_another_request_differently(string part, string other) =>
        Print(Body.Replace(part, other)).ShouldNotBe(Print(Body));

    [Fact] public void fingerprint_as_the_hmac_of_the_canonical_request() =>
        Print("""{"termsVersion":1,"entrant":{}}""").ToString()
            .ShouldBe(Hmac("pdv1/request\0" + """{"answers":null,"consents":null,"entrant":{},"termsVersion":1}"""));

    private static Bytes32 Print(string body)
    {
        using var document = JsonDocument.Parse(body);
        return PersonRefs.Fingerprint(Key, document.RootElement);
    }

    private static string Hmac(string message) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(message)));
}
