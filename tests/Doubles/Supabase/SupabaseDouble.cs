using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Threading.Tasks;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>
/// A stand-in for Supabase: its management API, and behind it real databases with a pooler and a front door. Names of projects are not
/// unique, as there. Needs a PostgreSQL server that the test may fill.
/// </summary>
public sealed partial class SupabaseDouble : ProviderDouble
{
    /// <summary>The slug of the one organization.</summary>
    public const string Organization = "double-org";

    private readonly ConcurrentDictionary<string, DoubleProject> _projects = new(StringComparer.Ordinal);
    private readonly ProjectDatabases _databases;
    private readonly SupabasePooler _pooler;

    /// <param name="superuserConnectionString">A superuser's, on 127.0.0.1.</param>
    /// <param name="clock">The time of what is made.</param>
    public SupabaseDouble(string superuserConnectionString, TimeProvider clock)
        : base("supabase", clock)
    {
        _databases = new ProjectDatabases(superuserConnectionString);
        _pooler = new SupabasePooler(_databases.ServerPort, Login);
    }

    /// <summary>The one token that is taken. Recognisable in what must not hold it.</summary>
    public string Token { get; } = "sbp_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public bool TokenIsRevoked { get; set; }

    /// <summary>Tokens of other accounts, each with the organization that it is for: nothing of ours is there.</summary>
    public Dictionary<string, string> Strangers { get; } = [];

    /// <summary>The limit of each endpoint.</summary>
    public EndpointMeter Meter { get; } = new();

    /// <summary>How many projects the plan allows; null for any number.</summary>
    public int? ProjectsMax { get; set; }

    /// <summary>How many looks do not find a project that was just made.</summary>
    public int LooksUnknown { get; set; }

    /// <summary>How many looks find no pooler for a project that was just made.</summary>
    public int LooksWithoutPooler { get; set; }

    /// <summary>Whether a project's owner owns its database, or may only do all in it.</summary>
    public bool OwnerOwnsDatabase { get; set; } = true;

    /// <summary>What a new project goes through, one step at each look.</summary>
    public string[] Coming { get; set; } = ["COMING_UP", "ACTIVE_HEALTHY"];

    /// <summary>What a project goes through that is paused.</summary>
    public string[] Pausing { get; set; } = ["PAUSING", "INACTIVE"];

    /// <summary>What a project goes through that is woken.</summary>
    public string[] Waking { get; set; } = ["RESTORING", "ACTIVE_HEALTHY"];

    /// <summary>What a project goes through that is deleted, before nobody knows it any more.</summary>
    public string[] Going { get; set; } = ["GOING_DOWN", "REMOVED"];

    /// <summary>The pooler's port for sessions, which the API does not tell: it tells of the one for transactions.</summary>
    public int SessionPort => _pooler.Port;

    /// <summary>PEM file with the root of the pooler's certificate.</summary>
    public string RootCertificate => _pooler.RootCertificate;

    /// <summary>The table of each project that every key may read while <c>public</c> is served.</summary>
    public string OpenTable => ProjectDatabases.OpenTable;

    /// <summary>What exists, the oldest first.</summary>
    public IReadOnlyList<DoubleProject> Projects => [.. _projects.Values.OrderBy(p => p.Since, StringComparer.Ordinal)];

    /// <inheritdoc/>
    public override IReadOnlyList<DoubleResource> Left =>
        [.. Projects.Where(p => p.Status is not ("GOING_DOWN" or "REMOVED")).Select(p => new DoubleResource("project", p.Name, p.Ref, NoncePattern().Match(p.Name) is { Success: true } nonce ? nonce.Value : null))];

    /// <summary>Where a project's front door is: <c>table</c> is appended.</summary>
    public Uri FrontDoor(DoubleProject project) => new(Address, $"/front/{project.Ref}/rest/v1/");

    /// <summary>A project that somebody else made. It has no database.</summary>
    public DoubleProject AddForeign(string name, DateTimeOffset? at = null)
    {
        var project = new DoubleProject(name, Since(at ?? Now));
        project.Go("ACTIVE_HEALTHY");
        _projects[project.Ref] = project;
        return project;
    }

    /// <summary>Takes a project away with its database, as a person may in the dashboard.</summary>
    public async Task RemoveAsync(DoubleProject project)
    {
        _projects.TryRemove(project.Ref, out _);
        await _databases.DropAsync(project, _projects.Values.Any(p => p != project && p.Name == project.Name));
    }

    /// <summary>Calls a project something else, as a person may in the dashboard.</summary>
    public static void Rename(DoubleProject project, string name) => project.Name = name;

    /// <summary>Puts a project into a state, and lets it go on from there at each look.</summary>
    public static void Put(DoubleProject project, params string[] course) => project.Go(course);

    /// <summary>Has the Data API of a project serve these schemas, with commas between.</summary>
    public static void Serve(DoubleProject project, string schemas) => project.ServedSchemas = schemas;

    /// <summary>Issues a key of a project: <c>publishable</c> or <c>secret</c>.</summary>
    public static void Issue(DoubleProject project, string type, string name) => project.Issue(type, name);

    /// <inheritdoc/>
    protected override DoubleAnswer Error(int status, string message) => new(status, new JsonObject { ["message"] = message });

    /// <inheritdoc/>
    protected override DoubleAnswer? Refuse(SeenRequest request) =>
        request.Path.StartsWith("/front/", StringComparison.Ordinal) ? null
        : Strangers.TryGetValue(request.Token ?? "", out var organization) ? ShowStranger(request, organization)
        : request.Token != Token || TokenIsRevoked ? Error(401, "Unauthorized")
        : Meter.Count(request.Operation ?? "", Now) is { } wait
            ? Error(429, "ThrottlerException: Too Many Requests").With("X-RateLimit-Reset", Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture))
        : null;

    /// <inheritdoc/>
    protected override async ValueTask OnDisposeAsync() => await _pooler.DisposeAsync();

    private PooledLogin? Login(string login)
    {
        var dot = login.LastIndexOf('.');
        return dot > 0 && _projects.TryGetValue(login[(dot + 1)..], out var project) && project.IsUp
            ? new PooledLogin(login[..dot] == "postgres" ? project.Owner : login[..dot], project.Database, project.IsSslEnforced)
            : null;
    }

    // Later by as many microseconds as there are projects: in order also where the clock stands still.
    private string Since(DateTimeOffset at) => at.AddMicroseconds(_projects.Count).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private async Task<DoubleAnswer> CreateAsync(DoubleRequest request)
    {
        if (request.Text("organization_slug") != Organization)
        {
            return Error(403, "Forbidden resource");
        }

        if (_projects.Count >= ProjectsMax)
        {
            return Error(403, "The organization has members who have exceeded their free project limits: delete or pause a project.");
        }

        var project = new DoubleProject(request.Text("name")!, Since(Now)) { LooksUnknown = LooksUnknown, LooksWithoutPooler = LooksWithoutPooler };
        await _databases.CreateAsync(project, request.Text("db_pass")!, OwnerOwnsDatabase);
        project.Go(Coming);
        _projects[project.Ref] = project;
        return new DoubleAnswer(201, Told(project));
    }

    private async Task<DoubleAnswer> DeleteAsync(DoubleProject project)
    {
        if (project.Status == "PAUSING")
        {
            return Error(403, "The project cannot be deleted while it is being paused.");
        }

        await _databases.DropAsync(project, _projects.Values.Any(p => p != project && p.Name == project.Name));
        project.Go(Going);
        return new DoubleAnswer(200, new JsonObject { ["id"] = 1, ["ref"] = project.Ref, ["name"] = project.Name });
    }

    /// <summary>Looks at a project: that is when time passes for it.</summary>
    private DoubleAnswer Look(DoubleProject project)
    {
        if (project.LooksUnknown > 0)
        {
            project.LooksUnknown--;
            return Error(404, "Project not found");
        }

        var seen = Told(project);
        seen["database"] = new JsonObject
        {
            ["host"] = $"db.{project.Ref}.supabase.co", ["version"] = "17.6.1", ["postgres_engine"] = "17", ["release_channel"] = "ga",
        };
        if (project.Status == "REMOVED")
        {
            _projects.TryRemove(project.Ref, out _);
        }

        project.Step();
        return new DoubleAnswer(200, seen);
    }

    private static JsonObject Told(DoubleProject project) => new()
    {
        ["id"] = project.Ref, ["ref"] = project.Ref, ["organization_id"] = Organization, ["organization_slug"] = Organization, ["name"] = project.Name,
        ["region"] = "eu-central-1", ["created_at"] = project.Since, ["status"] = project.Status,
    };

    [GeneratedRegex("(?<=_)[0-9a-f]{16}$")]
    private static partial Regex NoncePattern();
}
