using System;
using System.CommandLine;
using System.Globalization;

namespace PrizeDraw.Silo;

/// <summary>The options that concern the cloud providers; each may also be a variable of the environment.</summary>
internal sealed class CloudArguments
{
    private readonly Option<string?> _supabase = Text("--supabase-url", "Where Supabase's management API is (default: its public address)");
    private readonly Option<string?> _github = Text("--github-url", "Where GitHub's API is; GitHub Enterprise Server: https://HOST/api/v3 (default: its public address)");
    private readonly Option<string?> _vercel = Text("--vercel-url", "Where Vercel's API is (default: its public address)");
    private readonly Option<string?> _supabaseTrust = Text("--supabase-trust", "PEM file of the roots that the certificate of Supabase's API must come from (default: this machine's)");
    private readonly Option<string?> _githubTrust = Text("--github-trust", "As --supabase-trust, of GitHub");
    private readonly Option<string?> _vercelTrust = Text("--vercel-trust", "As --supabase-trust, of Vercel");
    private readonly Option<string?> _databaseTrust = Text("--supabase-database-trust", "PEM file of the root certificate of Supabase's databases, which Supabase hands out");
    private readonly Option<int?> _poolerPort = new("--supabase-pooler-port") { Description = "Port of Supabase's pooler for whole sessions (default: 5432); or PLATFORM_SUPABASE_POOLER_PORT." };
    private readonly Option<string?> _defaultDatabase = Text("--default-database", "Where databases are of campaigns that do not say so: local (default) or supabase");
    private readonly Option<string?> _defaultSite = Text("--default-site", "Where sites are of campaigns that do not say so: local (default), or vercel with the repository at GitHub");

    public void AddTo(RootCommand root)
    {
        Option[] all = [_supabase, _github, _vercel, _supabaseTrust, _githubTrust, _vercelTrust, _databaseTrust, _poolerPort, _defaultDatabase, _defaultSite];
        foreach (var option in all)
        {
            root.Options.Add(option);
        }
    }

    public CloudSettings Read(ParseResult parsed)
    {
        var usual = new CloudSettings();
        return new CloudSettings
        {
            SupabaseUrl = Read(parsed, _supabase), GitHubUrl = Read(parsed, _github), VercelUrl = Read(parsed, _vercel),
            SupabaseTrust = Read(parsed, _supabaseTrust), GitHubTrust = Read(parsed, _githubTrust), VercelTrust = Read(parsed, _vercelTrust),
            DatabaseTrust = Read(parsed, _databaseTrust), PoolerPort = parsed.GetValue(_poolerPort) ?? Port(Environment.GetEnvironmentVariable(Variable(_poolerPort.Name))),
            DefaultDatabase = Read(parsed, _defaultDatabase) ?? usual.DefaultDatabase, DefaultSite = Read(parsed, _defaultSite) ?? usual.DefaultSite,
        };
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = $"{description}; or {Variable(name)}." };

    private static string? Read(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) ?? Environment.GetEnvironmentVariable(Variable(option.Name));

    /// <summary>What is no number is no port either, which is said with the other settings.</summary>
    private static int? Port(string? text) => text is null ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : 0;

    private static string Variable(string name) => "PLATFORM" + name[1..].Replace('-', '_').ToUpperInvariant();
}
