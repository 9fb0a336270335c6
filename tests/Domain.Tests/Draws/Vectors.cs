using System;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using PrizeDraw.Domain.Draws;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Tests.Draws;

/// <summary>A worked draw, as the protocol's vectors hold it.</summary>
public sealed record DrawVector(string Name, JsonElement Json)
{
    public static DrawVector Load(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "vectors", name + ".json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return new(name, document.RootElement.Clone());
    }

    public DrawEntry[] Entries => [.. Json.GetProperty("entries").EnumerateArray()
        .Select(e => new DrawEntry(e[0].GetString()!, e[1].GetString()!, e[2].GetInt64()))];

    public string[] Order => [.. Json.GetProperty("order").EnumerateArray().Select(e => e.GetString()!)];

    public DrawStep[] Trace => [.. Json.GetProperty("trace").EnumerateArray()
        .Select(s => new DrawStep(s[0].GetInt64(), s[1].GetInt64(), s[2].GetString()!))];

    public DrawRule Rule => DrawRuleNames.TryParse(Text("rule"), out var rule) ? rule : throw new InvalidDataException();

    public EvidenceLevel Level => Round == 0 ? EvidenceLevel.Committed : EvidenceLevel.Beacon;

    public int Winners => Json.GetProperty("winners").GetInt32();

    public int Reserves => Json.GetProperty("reserves").GetInt32();

    public long Round => Json.GetProperty("round").GetInt64();

    public byte[] RulesBytes => Encoding.UTF8.GetBytes(Text("rules"));

    public byte[] Randomness => Convert.FromHexString(Text("beacon_randomness"));

    public byte[] Secret => Convert.FromHexString(Text("secret"));

    public Bytes32 Hash(string name) => Bytes32.Parse(Text(name));

    private string Text(string name) => Json.GetProperty(name).GetString()!;
}
