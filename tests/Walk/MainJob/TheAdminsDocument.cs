using System;
using System.IO;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using PrizeDraw.TestKit;
using PrizeDraw.TestKit.Platform;
using Shouldly;
using Xunit;

namespace PrizeDraw.Walk.MainJob;

/// <summary>The admin page's types are generated from the API's own document.</summary>
public sealed class TheAdminsDocument(TestPostgres postgres, TempFolder folder) : IClassFixture<TestPostgres>, IClassFixture<TempFolder>
{
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, IndentSize = 1 };

    [Fact]
    public async Task Is_the_one_that_the_platform_serves()
    {
        TinyTemplate.Write(folder["template"]);
        await using var platform = await PlatformProcess.StartAsync(new PlatformProcessOptions
        {
            DataFolder = folder["data"], TemplateFolder = folder["template"], Database = postgres.SuperuserConnectionString,
        });
        using var anybody = new PlatformClient(platform.Address);
        var served = (await anybody.GetAsync("/openapi/v1.json")).Body!.AsObject();
        served.Remove("servers"); // Its address is the installation's.
        var path = Path.Combine(RepositoryRoot.Path, "src", "Admin", "openapi.json");
        if (Environment.GetEnvironmentVariable("PLATFORM_UPDATE_OPENAPI") == "1")
        {
            await File.WriteAllTextAsync(path, served.ToJsonString(Written) + "\n");
        }

        var committed = JsonNode.Parse(await File.ReadAllTextAsync(path));
        JsonNode.DeepEquals(served, committed).ShouldBeTrue(
            "src/Admin/openapi.json is not what the API serves: run this test once with PLATFORM_UPDATE_OPENAPI=1, then 'npm run generate' in src/Admin.");
    }
}
