using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using PrizeDraw.Api.ApiKeys;
using PrizeDraw.Api.Audit;
using PrizeDraw.Api.Campaigns;
using PrizeDraw.Api.Claims;
using PrizeDraw.Api.Codes;
using PrizeDraw.Api.Domains;
using PrizeDraw.Api.Draws;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.Pools;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Previews;
using PrizeDraw.Api.Rehearsals;
using PrizeDraw.Api.Requests;
using PrizeDraw.Api.Sync;
using PrizeDraw.Api.Tenants;
using PrizeDraw.Api.Users;

namespace PrizeDraw.Api.OpenApi;

/// <summary>All codes that an operation can answer: those beside the endpoint and those that follow from its arguments.</summary>
internal sealed record Failures(IReadOnlyList<string> Codes);

/// <summary>Completes each endpoint's description from its handler's arguments, once all has been said beside it.</summary>
internal static class Operations
{
    private static readonly string[] BodyCodes =
    [
        ErrorCodes.InvalidJson, ErrorCodes.InvalidField, ErrorCodes.UnknownField, ErrorCodes.TooLarge, ErrorCodes.UnsupportedMediaType,
    ];

    private static readonly Dictionary<Type, string[]> CodesOfArguments = new()
    {
        [typeof(Paging)] = [ErrorCodes.InvalidParameter],
        [typeof(AuditQuery)] = [ErrorCodes.InvalidParameter],
        [typeof(IfMatch)] = [ErrorCodes.InvalidHeader],
        [typeof(Creation)] = [ErrorCodes.InvalidHeader, ErrorCodes.KeyReused],
        [typeof(TheTenant)] = ["tenant.not_found"],
        [typeof(TheUser)] = ["user.not_found"],
        [typeof(TheCampaign)] = ["campaign.not_found", ErrorCodes.PutAway],
        [typeof(TheDeployment)] = ["deployment.not_found"],
        [typeof(ThePool)] = ["pool.not_found", ErrorCodes.PutAway],
        [typeof(ThePrize)] = ["prize.not_found", ErrorCodes.PutAway],
        [typeof(TheDraw)] = ["draw.not_found", ErrorCodes.PutAway],
        [typeof(TheClaim)] = ["claim.not_found", ErrorCodes.PutAway],
        [typeof(ClaimFilter)] = [ErrorCodes.InvalidParameter],
        [typeof(ClaimToken)] = ["claim.not_found", ErrorCodes.InvalidHeader, ErrorCodes.RateLimited],
        [typeof(TheCodeBatch)] = ["campaign.not_found", "codes.not_found", ErrorCodes.PutAway],
        [typeof(TheApiKey)] = ["tenant.not_found", "api_key.not_found"],
        [typeof(TheDomain)] = ["campaign.not_found", "domain.not_found"],
        [typeof(TheSync)] = ["campaign.not_found", "template.sync_not_found"],
        [typeof(TheRelease)] = ["release.not_found"],
        [typeof(TheRehearsal)] = ["campaign.not_found", "rehearsal.not_found", ErrorCodes.PutAway],
        [typeof(ShownRehearsal)] = RehearsalTokens.Codes,
        [typeof(ShownPreview)] = [PreviewTokens.Invalid],
        [typeof(StatsSpan)] = [ErrorCodes.InvalidParameter],
    };

    public static void Complete(EndpointBuilder endpoint)
    {
        if (endpoint.Metadata.OfType<MethodInfo>().FirstOrDefault() is not { } handler)
        {
            return;
        }

        var codes = new SortedSet<string>(StringComparer.Ordinal) { ErrorCodes.StorageUnavailable };
        codes.UnionWith(endpoint.Metadata.OfType<FailsWith>().SelectMany(fails => fails.Codes));
        foreach (var argument in handler.GetParameters().Select(parameter => parameter.ParameterType))
        {
            codes.UnionWith(CodesOfArguments.GetValueOrDefault(argument, []));
            if (BodyOf(argument) is { } body)
            {
                codes.UnionWith(BodyCodes);
                endpoint.Metadata.Add(AcceptsOf(argument, body));
            }
        }

        if (endpoint.Metadata.OfType<ServedWhenPutAway>().Any())
        {
            codes.Remove(ErrorCodes.PutAway);
        }

        if (endpoint.Metadata.OfType<Access>().LastOrDefault() is { } access)
        {
            codes.Add(ErrorCodes.AuthRequired);
            if (access != Access.ReadOnly)
            {
                codes.Add(ErrorCodes.Forbidden);
            }
        }

        endpoint.Metadata.Add(new Failures([.. codes]));
        foreach (var status in codes.Select(code => ErrorCodes.Find(code).Status).Distinct())
        {
            endpoint.Metadata.Add(new ProducesResponseTypeMetadata(status, typeof(ProblemDocument), [Problem.ContentType]));
        }
    }

    public static Type? BodyOf(Type argument) =>
        argument.IsGenericType && argument.GetGenericTypeDefinition() is { } definition
        && (definition == typeof(Body<>) || definition == typeof(MergePatch<>) || definition == typeof(BodyOrCsv<>))
            ? argument.GetGenericArguments()[0]
            : null;

    private static Microsoft.AspNetCore.Http.Metadata.AcceptsMetadata AcceptsOf(Type argument, Type body) => new(
        argument.GetGenericTypeDefinition() == typeof(MergePatch<>)
            ? ["application/json", "application/merge-patch+json"]
            : argument.GetGenericTypeDefinition() == typeof(BodyOrCsv<>) ? ["application/json", "text/csv"]
            : ["application/json"],
        body,
        body.IsAssignableTo(typeof(IOptionalBody)));
}
