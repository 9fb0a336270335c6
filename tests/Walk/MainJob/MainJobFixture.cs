using System;
using System.IO;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using PrizeDraw.Walk.Support;
using Xunit;

namespace PrizeDraw.Walk.MainJob;

/// <summary>The platform as a newcomer runs it: its own PostgreSQL, the real site template, a campaign set up over HTTP.</summary>
public sealed class MainJobFixture : IAsyncLifetime
{
    /// <summary>Mugs in stock, winning moments (all due), and how many may go in one day.</summary>
    public const int Mugs = 40, DailyCap = 25;

    private readonly TempFolder folder = new();

    internal PlatformProcess Platform { get; private set; } = null!;

    internal PlatformClient Admin { get; private set; } = null!;

    internal ReadyCampaign Campaign { get; private set; } = null!;

    /// <summary>The day on which it all began. Caps are counted by days: where another one has begun meanwhile, more may have been awarded.</summary>
    internal DateOnly Day { get; private set; }

    internal static DateOnly LondonDay() => DateOnly.FromDateTime(
        TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), TimeZoneInfo.FindSystemTimeZoneById("Europe/London")).DateTime);

    public async Task InitializeAsync()
    {
        var admin = Path.Combine(RepositoryRoot.Path, "src", "Admin", "dist");
        Platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"],
            TemplateFolder = Path.Combine(RepositoryRoot.Path, "template"),
            AdminFolder = Directory.Exists(admin) ? admin : null,
        });
        Admin = new PlatformClient(Platform.Address);
        await Admin.LoginAsync();
        Day = LondonDay();
        var now = TimeProvider.System.GetUtcNow();
        Campaign = await ReadyCampaign.PublishedAsync(
            Admin, "summer-paris", tenant => SampleCampaign.Of(tenant, "summer-paris", now.AddMinutes(-1), now.AddDays(7), Mugs, DailyCap));
    }

    public async Task DisposeAsync()
    {
        Admin?.Dispose();
        if (Platform is not null)
        {
            await Platform.DisposeAsync();
        }

        folder.Dispose();
    }
}
