namespace PrizeDraw.Benchmarks.Campaigns;

/// <summary>How many campaigns <c>./bench campaigns</c> has. Times in seconds.</summary>
/// <param name="Together">Campaigns that are entered at once in the first part.</param>
/// <param name="Known">Campaigns in all in the second part.</param>
/// <param name="WithDatabase">Those of them that have a database.</param>
/// <param name="Hot">Those of them that are entered.</param>
internal sealed record CampaignsOptions(int Together, int Known, int WithDatabase, int Hot, int Connections, double Seconds)
{
    public static CampaignsOptions Parse(string[] args) => args switch
    {
        [] => new CampaignsOptions(100, 2000, 200, 20, 400, 15),
        ["--short"] => new CampaignsOptions(20, 200, 30, 5, 100, 5),
        _ => throw new UsageException("./bench campaigns knows --short alone: a tenth of the campaigns, to try it."),
    };
}
