using System;
using System.Globalization;
using System.Linq;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Grains.EntrantMails;

/// <summary>Every text that entrants are sent, in plain British English.</summary>
internal sealed record EntrantMailText(string Subject, string Text)
{
    /// <summary>Null for a kind that this version doesn't know.</summary>
    /// <param name="link">Leads to the claim, for kinds that ask for one.</param>
    public static EntrantMailText? Of(ClaimedMail mail, EntrantMailBody body, CampaignView campaign, string? link)
    {
        var name = campaign.Settings.Name;
        var draw = campaign.Settings.AllDraws().FirstOrDefault(d => d.Id == body.DrawId)?.Name ?? "prize draw";
        var told = mail.Kind switch
        {
            EntrantMailKinds.WinnerTold => new EntrantMailText(
                $"You have won: {body.Prize} ({name})",
                $"""
                Congratulations: you have won "{body.Prize}" in "{name}" ({draw}).

                {HowToClaim(body, campaign, link)}
                """),
            EntrantMailKinds.ClaimReminder => new EntrantMailText(
                $"Your prize is waiting: {body.Prize} ({name})",
                $"""
                You have won "{body.Prize}" in "{name}" ({draw}), and have not claimed it yet.

                {HowToClaim(body, campaign, link)}
                """),
            EntrantMailKinds.ClaimLapsed => new EntrantMailText(
                $"The time to claim your prize has ended ({name})",
                $"""
                You won "{body.Prize}" in "{name}" ({draw}). The prize was not claimed by the time that we told you, and goes to another entrant now.
                """),
            EntrantMailKinds.WinnerReplaced => new EntrantMailText(
                $"About your prize in {name}",
                $"""
                You were drawn as a winner in "{name}" ({draw}). The promoter has found that the prize can't go to you, and it goes to another entrant now.

                {Grounds(body)}
                """),
            EntrantMailKinds.EntryExcluded => new EntrantMailText(
                $"About your entry in {name}",
                $"""
                Your entry in "{name}" does not take part in the prize draw.

                {Grounds(body)}
                """),
            _ => null,
        };
        return told is null ? null : new EntrantMailText(told.Subject, $"{Greeting(mail)}\n\n{told.Text.ReplaceLineEndings("\n")}\n\n{Closing(campaign)}");
    }

    private static string Grounds(EntrantMailBody body) =>
        $"""
        Reason: {body.ReasonCode}{(body.Clause is { Length: > 0 } clause ? $"\nWhat the terms say: {clause}" : "")}

        If you think that this is wrong, please write to the promoter.
        """;

    private static string HowToClaim(EntrantMailBody body, CampaignView campaign, string? link) =>
        $"""
        Please claim it by {Spoken(body.Deadline!.Value, campaign.Settings.TimeZone)}:

        {link}

        Claiming costs nothing. What is not claimed by then goes to another entrant. The link is yours alone: please don't pass it on.
        """;

    private static string Greeting(ClaimedMail mail) =>
        string.IsNullOrWhiteSpace(mail.FirstName) ? "Hello," : $"Dear {new string([.. mail.FirstName.Where(c => !char.IsControl(c))]).Trim()},";

    private static string Closing(CampaignView campaign)
    {
        var promoter = campaign.Settings.Promoter is { } by ? $"The promoter is {by.Name}, {by.Address}.\n" : "";
        return $"{promoter}You are told because you entered \"{campaign.Settings.Name}\".\n";
    }

    // Every date says its time zone.
    private static string Spoken(DateTimeOffset at, string timeZone)
    {
        var local = TimeZoneInfo.ConvertTime(at, TimeZoneInfo.FindSystemTimeZoneById(timeZone));
        return $"{local.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} ({timeZone} time)";
    }
}
