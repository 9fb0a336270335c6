using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Campaigns;
using PrizeDraw.Grains.Draws;
using Shouldly;
using Xunit;
using static PrizeDraw.Pools.Tests.Settings.SampleSettings;

namespace PrizeDraw.Pools.Tests.Settings;

public sealed class Choosing_a_level
{
    private static readonly DrawLevels Nothing = new(false, false), Relays = new(true, false), Witness = new(false, true), Both = new(true, true);

    private static DrawLevels Having(string what) => what switch { "relays" => Relays, "witness" => Witness, "both" => Both, _ => Nothing };

    private static CampaignSettings At(string level) => With(Whole.Draw! with { Id = "drw_1", Level = level });

    [Theory]
    [InlineData("nothing", "observed committed")]
    [InlineData("witness", "observed committed")]
    [InlineData("relays", "beacon-unwitnessed observed")]
    [InlineData("both", "beacon beacon-unwitnessed observed")]
    public void tells_what_it_serves_the_strongest_first(string having, string levels)
    {
        var served = Having(having).Draws;
        string.Join(' ', served.Levels).ShouldBe(levels);
        served.Levels.ShouldContain(served.Strongest);
        (served.Relays, served.Authority).ShouldBe((having is "relays" or "both", having is "witness" or "both"));
    }

    [Theory]
    [InlineData("nothing", "committed")]
    [InlineData("witness", "committed")]
    [InlineData("relays", "beacon-unwitnessed")]
    [InlineData("both", "beacon")]
    public void takes_the_strongest_that_there_is(string having, string level)
    {
        var resolved = Having(having).Resolve(At("") with { FurtherDraws = [Whole.Draw! with { Level = "" }] });
        resolved.AllDraws().Select(d => d.Level).ShouldBe([level, level]);
        Both.Resolve(resolved).AllDraws().Select(d => d.Level).ShouldBe([level, level], "what was decided once is not decided anew when more is configured");
    }

    [Theory]
    [InlineData("nothing", "beacon", "--beacon")]
    [InlineData("nothing", "beacon-unwitnessed", "--beacon")]
    [InlineData("witness", "beacon", "--beacon")]
    [InlineData("relays", "beacon", "--timestamps")]
    public void names_what_has_to_be_configured(string having, string level, string option)
    {
        var refused = CampaignSettingsCheck.Levels(null, At(level), Having(having)).ShouldNotBeNull();
        refused.Fields.ShouldHaveSingleItem().Field.ShouldBe("draw.level");
        refused.Fields[0].Message.ShouldContain(option);
        CampaignSettingsCheck.PublishGate(At(level), Opens, Having(having)).ShouldNotBeNull().Fields.ShouldHaveSingleItem().Field.ShouldBe("draw.level");
    }

    [Theory]
    [InlineData("both", "beacon")]
    [InlineData("both", "beacon-unwitnessed")]
    [InlineData("relays", "beacon-unwitnessed")]
    [InlineData("nothing", "observed")]
    [InlineData("both", "observed")]
    [InlineData("nothing", "committed")]
    public void takes_what_can_be_served(string having, string level)
    {
        CampaignSettingsCheck.Of(At(level)).ShouldBeNull();
        CampaignSettingsCheck.Levels(null, At(level), Having(having)).ShouldBeNull();
        CampaignSettingsCheck.PublishGate(At(level), Opens, Having(having)).ShouldBeNull();
    }

    [Fact]
    public void publishes_nothing_that_is_no_evidence_where_evidence_is_to_be_had()
    {
        CampaignSettingsCheck.Levels(null, At("committed"), Relays).ShouldBeNull("a draft may be rehearsed with");
        var gate = CampaignSettingsCheck.PublishGate(At("beacon") with { FurtherDraws = [Whole.Draw! with { Level = "committed" }] }, Opens, Both);
        var barred = gate.ShouldNotBeNull().Fields.ShouldHaveSingleItem();
        (barred.Field, barred.Message.Contains("not evidence")).ShouldBe(("furtherDraws[0].level", true));
    }

    [Fact]
    public void is_judged_when_it_is_chosen_not_when_something_else_is_changed() =>
        CampaignSettingsCheck.Levels(At("beacon"), At("beacon") with { Name = "Autumn" }, Nothing).ShouldBeNull();
}
