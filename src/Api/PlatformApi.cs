using System;
using System.Net;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PrizeDraw.Api.ApiKeys;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Claims;
using PrizeDraw.Api.Codes;
using PrizeDraw.Api.Domains;
using PrizeDraw.Api.Draws;
using PrizeDraw.Api.Entries;
using PrizeDraw.Api.Evidence;
using PrizeDraw.Api.Evidence.Archives;
using PrizeDraw.Api.Evidence.Certificates;
using PrizeDraw.Api.Health;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Installations;
using PrizeDraw.Api.Live;
using PrizeDraw.Api.Notices;
using PrizeDraw.Api.Throttling;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Provisioning;
using PrizeDraw.Api.Reconciliation;
using PrizeDraw.Api.Previews;
using PrizeDraw.Api.Rehearsals;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sites;
using PrizeDraw.Api.Sync;
using PrizeDraw.Api.Tenants;
using PrizeDraw.Api.Users;
using PrizeDraw.Api.Webhooks;
using PrizeDraw.Grains.Abstractions.Users;

namespace PrizeDraw.Api;

/// <summary>The HTTP side of the platform: two calls in the host's composition.</summary>
public static class PlatformApi
{
    /// <summary>
    /// Adds what the endpoints need, but for what the host brings: IGrainFactory, the query interfaces, ISessions, IRequestKeys,
    /// IUserStore of PlatformUser, the place of the Data Protection keys, health checks.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static IServiceCollection AddPlatformApi(this IServiceCollection services, ApiOptions options)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options).AddSingleton<AddressLimits>().AddSingleton<GuessLimits>().AddSingleton<SiteCache>().AddSingleton<AccessTokens>()
            .AddSingleton<DrawProofs>().AddSingleton<EvidenceContents>().AddSingleton<EntryMeter>().AddSingleton<RehearsalTokens>().AddSingleton<PreviewTokens>().AddSingleton<PrometheusText>().AddScoped<SignIn>();
        services.AddIdentity();
        services.AddLive();
        services.AddHealthChecks();
        // Tokens stay good when the installation moves to another folder, which would name the application otherwise.
        services.AddDataProtection().SetApplicationName("PrizeDraw");
        services.ConfigureHttpJsonOptions(json => WireJson.Configure(json.SerializerOptions));
        services.AddOpenApi("v1", openApi =>
        {
            openApi.AddDocumentTransformer<DocumentTransformer>();
            openApi.AddOperationTransformer<OperationTransformer>();
            openApi.AddSchemaTransformer<SchemaTransformer>();
        });
        // Each endpoint bounds its body. The server's own, larger bound stays: below it the rest of a refused body is drained, so
        // that the client gets to read the refusal.
        services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        return services.Configure<ForwardedHeadersOptions>(forwarded => TrustProxies(forwarded, options));
    }

    /// <summary>Puts the API, the admin UI and the probes into the host's pipeline.</summary>
    public static WebApplication MapPlatformApi(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<ApiOptions>();
        // Counting begins with the process, not with the first look at /metrics.
        app.Services.GetRequiredService<PrometheusText>();
        app.Use(LiveEndpoint.TakeTokenAsync);
        app.UseForwardedHeaders();
        app.UseMiddleware<ProblemMiddleware>();
        app.Use(HardenAsync);
        if (options.AdminFolder is { } files)
        {
            AdminFiles.Use(app, files);
        }

        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();

        MapOperations(app.MapGroup("/v1"), options);
        LiveEndpoint.Map(app);
        HealthEndpoints.Map(app);
        app.MapOpenApi("/openapi/{documentName}.json");
        if (options.AdminFolder is { } folder)
        {
            AdminFiles.Map(app, folder);
        }

        if (options.VerifierFolder is { } verifier)
        {
            VerifierFiles.Map(app, verifier);
        }

        return app;
    }

    private static void MapOperations(RouteGroupBuilder v1, ApiOptions options)
    {
        ((IEndpointConventionBuilder)v1).Finally(Operations.Complete);
        v1.AddEndpointFilter<BoundFilter>();
        AuthEndpoints.Map(v1);
        TenantEndpoints.Map(v1);
        UserEndpoints.Map(v1);
        CampaignEndpoints.Map(v1, options);
        CampaignLife.Map(v1);
        DeploymentEndpoints.Map(v1);
        NoticeEndpoints.Map(v1);
        WebhookEndpoints.Map(v1);
        ProviderAccountEndpoints.Map(v1);
        ReconciliationEndpoints.Map(v1);
        StatsEndpoint.Map(v1);
        PoolEndpoints.Map(v1, options);
        DrawEndpoints.Map(v1);
        InstallationEndpoint.Map(v1);
        DrawEventEndpoints.Map(v1);
        ClaimEndpoints.Map(v1);
        EvidenceEndpoints.Map(v1);
        DrawProofEndpoints.Map(v1);
        ObserverEndpoints.Map(v1);
        CertificatePages.Map(v1);
        CodeBatchEndpoints.Map(v1, options);
        RedemptionEndpoint.Map(v1);
        ApiKeyEndpoints.Map(v1);
        EntryList.Map(v1);
        EntryEligibility.Map(v1);
        EntryExport.Map(v1);
        RehearsalEndpoints.Map(v1);
        PreviewEndpoint.Map(v1);
        DomainEndpoints.Map(v1);
        TemplateEndpoints.Map(v1);
        ReleaseEndpoints.Map(v1);
        SiteTemplateEndpoints.Map(v1);
        ReviewEndpoints.Map(v1);
        KeyedEntry.Map(v1, options);
        AuditEndpoint.Map(v1);
        SiteEndpoints.Map(v1, options);
    }

    private static void AddIdentity(this IServiceCollection services)
    {
        services.AddIdentityCore<PlatformUser>(identity =>
        {
            identity.Lockout.AllowedForNewUsers = true;
            identity.Lockout.MaxFailedAccessAttempts = 5;
            identity.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        });
        services.AddAuthentication(SessionAuthentication.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorization();
    }

    private static void TrustProxies(ForwardedHeadersOptions forwarded, ApiOptions options)
    {
        // Loopback is trusted by default. Every hop of the chain must be a trusted proxy, or its word ends there.
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor;
        forwarded.ForwardLimit = null;
        foreach (var proxy in options.TrustedProxies)
        {
            forwarded.KnownProxies.Add(IPAddress.Parse(proxy));
        }
    }

    private static System.Threading.Tasks.Task HardenAsync(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            headers.CacheControl = "no-store";
            headers.ContentSecurityPolicy = "default-src 'none'; frame-ancestors 'none'";
        }

        return next(context);
    }
}
