using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Playwright;
using Xunit;

namespace PrizeDraw.Walk.Support;

/// <summary>A real, headless Chromium, where the machine has one.</summary>
internal static class Browser
{
    private static readonly string[] Places = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

    public static string? Path { get; } =
        Environment.GetEnvironmentVariable("PLATFORM_CHROMIUM") is { Length: > 0 } given ? given : Places.FirstOrDefault(File.Exists);

    // Milliseconds. Playwright's own half minute is little on a busy machine.
    private const float Patience = 300_000;

    public static bool IsRequired => Environment.GetEnvironmentVariable("PLATFORM_REQUIRE_BROWSER") == "1";

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright) => await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Path ?? throw new InvalidOperationException("No Chromium was found, but PLATFORM_REQUIRE_BROWSER=1 asks for one."),
        Headless = true,
        Timeout = Patience,
        Args =
        [
            "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync",
        ],
    });

    public static async Task<IPage> NewPageAsync(IBrowser browser)
    {
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(Patience);
        page.SetDefaultNavigationTimeout(Patience);
        return page;
    }
}

/// <summary>A test in a real browser: skipped, loudly, where there is none, unless PLATFORM_REQUIRE_BROWSER=1.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Browser.Path is null && !Browser.IsRequired)
        {
            Skip = "NO BROWSER: no Chromium was found, so this was not tested. Install the package 'chromium', or set PLATFORM_CHROMIUM.";
        }
    }
}
