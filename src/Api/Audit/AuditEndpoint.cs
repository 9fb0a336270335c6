using System;
using System.Reflection;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Audit;

namespace PrizeDraw.Api.Audit;

/// <summary>One administrative mutation.</summary>
/// <param name="Id">The event's id.</param>
/// <param name="At">When it happened.</param>
/// <param name="TenantId">The tenant concerned.</param>
/// <param name="CampaignId">The campaign concerned.</param>
/// <param name="Actor">Id of the user who did it, or system.</param>
/// <param name="Action">What was done.</param>
/// <param name="Subject">Id of what it was done to.</param>
/// <param name="Before">Values before, without personal data.</param>
/// <param name="After">Values after, without personal data.</param>
public sealed record AuditEventAnswer(
    string Id, DateTimeOffset At, string? TenantId, string? CampaignId, string Actor, string Action, string Subject,
    JsonElement? Before, JsonElement? After)
{
    internal static AuditEventAnswer From(AuditEventView view) => new(
        view.Id, view.At, view.TenantId, view.CampaignId, view.Actor, view.Action, view.Subject, view.Before, view.After);
}

internal static class AuditEndpoint
{
    public static void Map(RouteGroupBuilder v1) =>
        v1.MapGet("/audit", ListAsync).WithTags("Audit")
            .Describe("listAudit", "List administrative mutations of the caller's tenants, newest first.").For(Access.Manager)
            .Answers<PageAnswer<AuditEventAnswer>>(200);

    private static async Task<IResult> ListAsync(
        Paging paging, AuditQuery query, Caller caller, IAuditQueries audit, CancellationToken ct) =>
        Answer.Ok(paging.Answer(
            await audit.ListAsync(caller.Scope, query.Filter, paging.Limit, paging.Cursor, ct), AuditEventAnswer.From));
}

/// <summary>Which audit events are asked for.</summary>
public sealed class AuditQuery : IBound
{
    private AuditQuery(AuditFilter? filter, Problem? problem) => (_filter, Problem) = (filter, problem);

    private readonly AuditFilter? _filter;

    public AuditFilter Filter => _filter ?? throw new InvalidOperationException("The query has a problem and no filter.");

    public Problem? Problem { get; }

    public static ValueTask<AuditQuery> BindAsync(HttpContext context, ParameterInfo _)
    {
        var query = new QueryReader(context.Request.Query);
        var filter = new AuditFilter(
            query.Id("tenantId", Ids.Tenant), query.Id("campaignId", Ids.Campaign), query.Text("actor", 100), query.Text("subject", 100),
            query.Instant("from"), query.Instant("until"));
        return ValueTask.FromResult(query.Problem is { } problem ? new AuditQuery(null, problem) : new AuditQuery(filter, null));
    }
}

/// <summary>Reads query parameters, and keeps the first thing that is wrong.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    public Problem? Problem { get; private set; }

    public string? Text(string name, int most) =>
        Read(name, text => text.Length <= most && !text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? text : null, $"must have at most {most} plain characters.");

    public string? Id(string name, string kind) =>
        Read(name, text => Ids.TryParse(kind, text, out _) ? text : null, $"must be an id that begins with {kind}_.");

    public DateTimeOffset? Instant(string name) =>
        Read<DateTimeOffset?>(name, text => InstantConverter.TryParse(text, out var at) ? at : null, "must be an RFC 3339 date and time.");

    private T? Read<T>(string name, Func<string, T?> parse, string otherwise)
    {
        var values = query[name];
        if (values.Count == 0)
        {
            return default;
        }

        var parsed = values is [{ } text] ? parse(text) : default;
        if (parsed is null)
        {
            Problem ??= Problem.At(ErrorCodes.InvalidParameter, name, otherwise);
        }

        return parsed;
    }
}
