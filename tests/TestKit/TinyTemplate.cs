using System.IO;

namespace PrizeDraw.TestKit;

/// <summary>
/// A site template without dependencies that builds in milliseconds: an index page that names the campaign in
/// <c>content/campaign.json</c>, a winners page, a 404 page and one asset.
/// </summary>
public static class TinyTemplate
{
    /// <summary>Copies the campaign's slug into the page; fails if the file says <c>"fail": true</c>.</summary>
    public const string BuildScript = """
        import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
        const campaign = JSON.parse(readFileSync('content/campaign.json', 'utf8'));
        console.log(`building ${campaign.slug}`);
        if (campaign.fail) { console.error('\u001b[31mthe campaign says: \u001b[1mfail\u001b[39m'); process.exit(3); }
        mkdirSync('out/_next/static', { recursive: true });
        mkdirSync('out/winners', { recursive: true });
        writeFileSync('out/index.html', `<!doctype html><title>${campaign.slug}</title><script>window.x = 1</script>`);
        writeFileSync('out/winners/index.html', '<!doctype html><title>Winners</title>');
        writeFileSync('out/404.html', '<!doctype html><title>Not here</title>');
        writeFileSync('out/_next/static/app.js', 'export {}');

        """;

    /// <summary>Writes the template into a folder, made if need be, and answers the folder.</summary>
    public static string Write(string folder, string version = "1.0.0", string buildScript = BuildScript)
    {
        Directory.CreateDirectory(Path.Combine(folder, "content"));
        File.WriteAllText(Path.Combine(folder, "template.json"), $$"""{ "version": "{{version}}" }""" + "\n");
        File.WriteAllText(Path.Combine(folder, "package.json"), """{ "name": "tiny", "private": true, "scripts": { "build": "node build.mjs" } }""" + "\n");
        File.WriteAllText(Path.Combine(folder, "content", "campaign.json"), """{ "slug": "template" }""" + "\n");
        File.WriteAllText(Path.Combine(folder, "build.mjs"), buildScript);
        return folder;
    }
}
