using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Doubles;
using PrizeDraw.Doubles.GitHub;
using PrizeDraw.Providers.Cloud;
using PrizeDraw.Providers.Cloud.GitHub;
using PrizeDraw.Providers.Repositories;
using PrizeDraw.Providers.Tests.Cloud.Supabase;
using PrizeDraw.TestKit.Cloud;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Cloud.GitHub;

/// <summary>
/// A test of the client against the double. At its end all that was sent and answered was as GitHub's document says, what belongs to others
/// is untouched, and the token is in nothing that is told.
/// </summary>
public abstract class GitHubSpec : IAsyncLifetime
{
    protected const string Agency = "agency", Template = "agency/site-template", Foreign = "agency/somebody-elses", Name = "summer", Full = "agency/summer";

    // Recognisable, so that it can be searched for.
    protected const string Token = "planted-token-7f3a9c", Nonce = "0123456789abcdef";

    private static readonly HttpClient Http = CloudClient.NewHttp();
    private readonly ConcurrentQueue<CloudTrace> _traces = new();
    private DoubleResource[] _others = [];

    internal HurriedClock Clock { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    protected GitHubDouble GitHub { get; private set; } = null!;

    protected GitHubRepositoryHost Host { get; private set; } = null!;

    protected TemplateVersion Version { get; private set; } = null!;

    protected RepositoryRequest Request => new(Name, Nonce, Version);

    protected static GitHubOptions Options => new() { Owner = Agency, TemplateOwner = Agency, TemplateName = "site-template" };

    /// <summary>What every attempt of the calls made through <see cref="PersistentlyAsync"/> and <see cref="RefusedAsync"/> came to.</summary>
    protected IReadOnlyCollection<CloudTrace> Traces => _traces;

    public async Task InitializeAsync()
    {
        GitHub = await GitHubDouble.StartedAsync(Clock);
        GitHub.AddOwner(Agency);
        GitHub.AddToken(Token, new GitHubToken("agency-robot") { Owners = [Agency] });
        var (_, commit) = GitHub.AddRepository(Agency, "site-template", new Dictionary<string, string>
        {
            ["template.json"] = """{ "version": "1.0.0" }""" + "\n", ["content/campaign.json"] = "{}\n", ["app/page.tsx"] = "export {}\n",
        }, isTemplate: true, tag: "v1.0.0");
        GitHub.AddRepository(Agency, "somebody-elses", new Dictionary<string, string> { ["theirs.txt"] = "theirs\n" });
        Version = new TemplateVersion("v1.0.0", commit);
        _others = [.. GitHub.Left];
        Host = new GitHubRepositoryHost(Client(), Options, Clock);
    }

    public async Task DisposeAsync()
    {
        await GitHub.DisposeAsync();
        GitHub.Violations.ShouldBeEmpty();
        GitHub.Left.Where(r => _others.Any(o => o.Id == r.Id)).ShouldBe(_others, "what belongs to others");
        string.Concat(_traces).ShouldNotContain(Token);
    }

    protected CloudClient Client(CloudOptions? options = null, IRequestBudget? budget = null) => new(
        Http, new GitHubDialect(), CloudAccount.Of("github", Token), options ?? Calls(), budget ?? new RequestBudget(BudgetRules.None, TimeProvider.System), TimeProvider.System);

    /// <summary>As GitHub is called, without pauses.</summary>
    protected CloudOptions Calls() => GitHubOptions.Calls(GitHub.Address) with { AttemptTimeout = TimeSpan.FromMinutes(5), WriteGap = TimeSpan.Zero, RepeatDelay = TimeSpan.Zero, LimitDelay = TimeSpan.Zero, BreakAfter = 1000 };

    protected Task<RepositoryRef> CreateAsync() => Host.CreateFromTemplateAsync(Request, CancellationToken.None);

    protected static Dictionary<string, string> Content(string text) => new() { ["content/campaign.json"] = text };

    /// <summary>As the saga does: what may work later is tried again, everything else is told.</summary>
    protected async Task<T> PersistentlyAsync<T>(Func<Task<T>> step)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var listening = CloudTracing.To(_traces.Enqueue);
                return await step();
            }
            catch (ProviderException error)
            {
                error.ToString().ShouldNotContain(Token);
                if (error.Fault != ProviderFault.Transient || attempt == 5)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>What a call is refused with.</summary>
    protected async Task<ProviderException> RefusedAsync(Func<Task> act)
    {
        using var listening = CloudTracing.To(_traces.Enqueue);
        var error = await Should.ThrowAsync<ProviderException>(act);
        error.ToString().ShouldNotContain(Token);
        return error;
    }
}
