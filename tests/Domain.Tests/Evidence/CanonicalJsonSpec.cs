using System;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using PrizeDraw.Domain.Evidence;
using Shouldly;
using Xunit;

namespace PrizeDraw.Domain.Tests.Evidence;

public sealed class Canonical_json
{
    [Fact] public void gives_the_rfc_example_of_section_3_2_2_to_the_byte() =>
        Canonical("""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """).ShouldBe(Encoding.UTF8.GetString(Convert.FromHexString(
            "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a" +
            "5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237" +
            "5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d")));

    [Fact] public void orders_names_by_utf16_code_units_as_in_section_3_2_3()
    {
        var canonical = Canonical("""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """);
        using var document = JsonDocument.Parse(canonical);
        document.RootElement.EnumerateObject().Select(p => p.Value.GetString()).ShouldBe([
            "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
            "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh"]);
    }

    [Theory]
    [InlineData("0000000000000000", "0")]
    [InlineData("8000000000000000", "0")]
    [InlineData("0000000000000001", "5e-324")]
    [InlineData("8000000000000001", "-5e-324")]
    [InlineData("7fefffffffffffff", "1.7976931348623157e+308")]
    [InlineData("ffefffffffffffff", "-1.7976931348623157e+308")]
    [InlineData("4340000000000000", "9007199254740992")]
    [InlineData("c340000000000000", "-9007199254740992")]
    [InlineData("4430000000000000", "295147905179352830000")]
    [InlineData("44b52d02c7e14af5", "9.999999999999997e+22")]
    [InlineData("44b52d02c7e14af6", "1e+23")]
    [InlineData("44b52d02c7e14af7", "1.0000000000000001e+23")]
    [InlineData("444b1ae4d6e2ef4e", "999999999999999700000")]
    [InlineData("444b1ae4d6e2ef4f", "999999999999999900000")]
    [InlineData("444b1ae4d6e2ef50", "1e+21")]
    [InlineData("3eb0c6f7a0b5ed8c", "9.999999999999997e-7")]
    [InlineData("3eb0c6f7a0b5ed8d", "0.000001")]
    [InlineData("41b3de4355555553", "333333333.3333332")]
    [InlineData("41b3de4355555554", "333333333.33333325")]
    [InlineData("41b3de4355555555", "333333333.3333333")]
    [InlineData("41b3de4355555556", "333333333.3333334")]
    [InlineData("41b3de4355555557", "333333333.33333343")]
    [InlineData("becbf647612f3696", "-0.0000033333333333333333")]
    [InlineData("43143ff3c1cb0959", "1424953923781206.2")]
    public void prints_the_numbers_of_appendix_b(string bits, string expected)
    {
        var value = BitConverter.Int64BitsToDouble(long.Parse(bits, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        Encoding.UTF8.GetString(new CanonicalJsonWriter().Number(value).Written).ShouldBe(expected);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void refuses_what_json_has_no_number_for(double value) =>
        Should.Throw<ArgumentException>(() => new CanonicalJsonWriter().Number(value));

    [Theory]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("1e999")]
    public void refuses_what_is_not_i_json(string json) => Should.Throw<ArgumentException>(() => Canonical(json));

    [Fact] public void is_the_same_from_a_node_as_from_an_element()
    {
        var node = new JsonObject { ["b"] = 1.50m, ["a"] = new JsonArray(null, true, "é"), ["A"] = 7L };
        Encoding.UTF8.GetString(CanonicalJson.ToUtf8(node)).ShouldBe("""{"A":7,"a":[null,true,"é"],"b":1.5}""");
        Encoding.UTF8.GetString(CanonicalJson.ToUtf8((JsonNode?)null)).ShouldBe("null");
    }

    [Fact] public void does_not_change_when_it_is_read_and_written_again() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(NormalFloat, string, int)[]>(), items =>
        {
            var array = new JsonArray();
            foreach (var (number, text, i) in items)
            {
                var sound = new string([.. (text ?? "").Where(c => !char.IsSurrogate(c))]);
                array.Add(new JsonObject { ["z" + i] = number.Get, ["s" + sound + i] = sound, ["é"] = null });
            }
            var once = CanonicalJson.ToUtf8(array);
            using var document = JsonDocument.Parse(once);
            return CanonicalJson.ToUtf8(document.RootElement).AsSpan().SequenceEqual(once)
                && items.Zip(document.RootElement.EnumerateArray())
                    .All(p => p.Second.GetProperty("z" + p.First.Item3).GetDouble() == p.First.Item1.Get);
        }).QuickCheckThrowOnFailure();

    [Fact] public void writer_refuses_names_out_of_order_and_repeated()
    {
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartObject().Number("b", 1).Number("a", 2));
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartObject().Number("a", 1).Number("a", 2));
    }

    [Fact] public void writer_refuses_what_is_not_one_well_formed_value()
    {
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().ToArray());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartObject().ToArray());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().Null().Null());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().Name("a"));
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartObject().Null());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartObject().Name("a").EndObject());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().StartArray().EndObject());
        Should.Throw<InvalidOperationException>(() => new CanonicalJsonWriter().EndArray());
        Should.Throw<ArgumentOutOfRangeException>(() => new CanonicalJsonWriter().Number(CanonicalJsonWriter.IntegerMax + 1));
    }

    [Fact] public void writer_nests_objects_and_arrays() =>
        Encoding.UTF8.GetString(new CanonicalJsonWriter().StartObject()
            .Name("a").StartArray().Number(1).StartObject().Text("x", "\u0001\t\"").EndObject().StartArray().EndArray().EndArray()
            .Name("b").StartObject().EndObject()
            .Name("c").Boolean(false)
            .EndObject().Written).ShouldBe("""{"a":[1,{"x":"\u0001\t\""},[]],"b":{},"c":false}""");

    [Theory]
    [InlineData("2026-12-05T10:00:03Z", "2026-12-05T10:00:03Z")]
    [InlineData("2026-12-05T10:00:03.2500+01:00", "2026-12-05T09:00:03.25Z")]
    [InlineData("2026-12-05T10:00:03.1234567Z", "2026-12-05T10:00:03.123456Z")]
    [InlineData("2026-12-05T10:00:03.0000009Z", "2026-12-05T10:00:03Z")]
    public void instants_have_one_spelling(string instant, string expected) =>
        CanonicalTime.Format(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)).ShouldBe(expected);

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Encoding.UTF8.GetString(CanonicalJson.ToUtf8(document.RootElement));
    }
}
