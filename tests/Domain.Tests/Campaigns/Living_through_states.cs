using System;
using System.Linq;
using PrizeDraw.Domain.Campaigns;
using Shouldly;
using Xunit;
using static PrizeDraw.Domain.Campaigns.CampaignLife;

namespace PrizeDraw.Domain.Tests.Campaigns;

public sealed class Living_through_states
{
    private static readonly string[] States = [Draft, Provisioning, Ready, Scheduled, Live, Paused, Closed, Drawn, Completed, Archived, Decommissioned, Failed, RolledBack];

    [Theory]
    [InlineData(CampaignCommandKind.Delete, "draft rolled_back")]
    [InlineData(CampaignCommandKind.Provision, "draft failed rolled_back")]
    [InlineData(CampaignCommandKind.Publish, "ready")]
    [InlineData(CampaignCommandKind.Pause, "scheduled live")]
    [InlineData(CampaignCommandKind.Resume, "paused")]
    [InlineData(CampaignCommandKind.Close, "scheduled live paused")]
    [InlineData(CampaignCommandKind.ChangePools, "draft ready rolled_back")]
    [InlineData(CampaignCommandKind.DeployContent, "ready scheduled live paused closed drawn completed")]
    [InlineData(CampaignCommandKind.Rotate, "ready scheduled live paused closed drawn completed")]
    [InlineData(CampaignCommandKind.Archive, "completed")]
    [InlineData(CampaignCommandKind.Unarchive, "archived")]
    [InlineData(CampaignCommandKind.Decommission, "ready completed archived failed rolled_back")]
    [InlineData(CampaignCommandKind.Edit, "draft ready scheduled live paused rolled_back")]
    public void allows_each_command_in_its_states_alone(CampaignCommandKind command, string allowed) =>
        States.Where(s => Refuses(s, command) is null).Order(StringComparer.Ordinal)
            .ShouldBe(allowed.Split(' ').Order(StringComparer.Ordinal));

    [Fact]
    public void says_what_state_a_command_needs()
    {
        var refusal = Refuses(Draft, CampaignCommandKind.Pause).ShouldNotBeNull();
        refusal.Code.ShouldBe("campaign.wrong_state");
        refusal.Message.ShouldBe("The campaign is draft; this needs it to be scheduled or live.");
    }

    [Fact]
    public void judges_every_command() =>
        Enum.GetValues<CampaignCommandKind>().ShouldAllBe(command => States.Any(s => Refuses(s, command) == null));

    [Fact]
    public void refuses_everything_in_a_state_that_is_not_known() =>
        Enum.GetValues<CampaignCommandKind>().ShouldAllBe(command => Refuses("unheard-of", command) != null);

    [Fact]
    public void may_have_been_seen_from_publishing_on() =>
        States.Where(IsPublished).ShouldBe([Scheduled, Live, Paused, Closed, Drawn, Completed]);

    [Fact]
    public void is_live_from_the_very_opening()
    {
        var opens = new DateTimeOffset(2026, 6, 1, 9, 0, 0, TimeSpan.Zero);
        OpenState(opens, opens.AddMilliseconds(-1)).ShouldBe(Scheduled);
        OpenState(opens, opens).ShouldBe(Live);
        OpenState(opens, opens.AddYears(1)).ShouldBe(Live);
    }
}
