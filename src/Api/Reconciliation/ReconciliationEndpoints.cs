using System;
using System.Collections.Generic;
using System.ComponentModel.DataAnnotations;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orleans;
using PrizeDraw.Api.Identity;
using PrizeDraw.Api.OpenApi;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Reconciliation;
using PrizeDraw.Grains.Abstractions.Tenants;

namespace PrizeDraw.Api.Reconciliation;

/// <summary>How reconciliation stands for each account, the platform's first.</summary>
/// <param name="Items">By owner and provider.</param>
public sealed record ReconciledAccountsAnswer(IReadOnlyList<ReconciledAccountView> Items);

/// <summary>Whether orphans of an account are deleted.</summary>
[Example("""{"provider":"github","isDeleting":true}""")]
public sealed record DeletionFields
{
    /// <summary>Whose account it is; left out for the platform's and this machine.</summary>
    [StringLength(40)] public string? TenantId { get; init; }

    /// <summary>local, supabase, github or vercel.</summary>
    [StringLength(20, MinimumLength = 1)] public required string Provider { get; init; }

    /// <summary>Whether orphans are deleted; by default they are only reported.</summary>
    public bool IsDeleting { get; init; }
}

/// <summary>Whose accounts are to be read now.</summary>
[Example("{}")]
public sealed record RunFields
{
    /// <summary>Whose accounts; left out for the platform's and this machine.</summary>
    [StringLength(40)] public string? TenantId { get; init; }
}

/// <summary>A run was asked for; the accounts tell when it has been.</summary>
/// <param name="TenantId">Whose accounts; null for the platform's and this machine.</param>
[Example("""{"tenantId":null}""")]
public sealed record RunAnswer(string? TenantId);

/// <summary>Other people's accounts and money, across tenants: the platform's administrators alone see and decide.</summary>
internal static class ReconciliationEndpoints
{
    private static readonly string[] States = ["reported", "due", "deleting", "deleted", "dismissed", "resolved"];

    public static void Map(RouteGroupBuilder v1)
    {
        var all = v1.MapGroup("/reconciliation").WithTags("Reconciliation");
        all.MapGet("", ListAsync)
            .Describe("listFindings", "List what accounts at providers hold otherwise than campaigns know, newest first; ?state= narrows it.")
            .For(Access.SuperAdmin).Answers<PageAnswer<FindingView>>(200);
        all.MapGet("/accounts", AccountsAsync).Describe("listReconciledAccounts", "List when each account was last compared, and what came of it.")
            .For(Access.SuperAdmin).Answers<ReconciledAccountsAnswer>(200);
        all.MapPut("/accounts", SwitchAsync).Describe("switchDeletion", "Switch deletion of an account's orphans on or off.")
            .For(Access.SuperAdmin).Answers<ReconciledAccountView>(200).Fails("reconciliation.not_found", "tenant.not_found");
        all.MapPost("/runs", RunAsync).Describe("runReconciliation", "Compare an owner's accounts now; nothing is deleted.")
            .For(Access.SuperAdmin).Answers<RunAnswer>(202).Fails("tenant.not_found");
        all.MapPost("/findings/{finding}/delete", DeleteAsync)
            .Describe("deleteFinding", "Delete one orphan at its provider, past its grace period and if it still is what was found.")
            .For(Access.SuperAdmin).Answers<FindingView>(202)
            .Fails("reconciliation.not_found", "reconciliation.not_deletable", "reconciliation.wrong_state", "installation.unconfirmed");
        all.MapPost("/findings/{finding}/dismiss", DismissAsync).Describe("dismissFinding", "Leave a finding alone for good.")
            .For(Access.SuperAdmin).Answers<FindingView>(200).Fails("reconciliation.not_found", "reconciliation.wrong_state");
    }

    private static async Task<IResult> ListAsync(Paging paging, IReconciliationQueries findings, CancellationToken ct, string? state = null) =>
        state is not null && !States.Contains(state) ? Problem.At(ErrorCodes.InvalidParameter, "state", $"must be one of {string.Join(", ", States)}.")
        : Answer.Ok(paging.Answer(await findings.ListAsync(state, paging.Limit, paging.Cursor, ct), found => found));

    private static async Task<IResult> AccountsAsync(IReconciliationQueries findings, CancellationToken ct) =>
        Answer.Ok(new ReconciledAccountsAnswer([.. await findings.AccountsAsync(ct)]));

    private static async Task<IResult> SwitchAsync(
        Body<DeletionFields> body, Caller caller, IGrainFactory grains, ITenantQueries tenants, CancellationToken ct) =>
        await OwnerAsync(body.Value.TenantId, caller, tenants, ct) is { } owner
            ? (await grains.GetGrain<IReconcilerGrain>(owner).SwitchAsync(new SwitchDeletion(caller.Actor, body.Value.Provider, body.Value.IsDeleting)))
                .Then(switched => Answer.Ok(switched))
            : NoTenant;

    private static async Task<IResult> RunAsync(
        Body<RunFields> body, Caller caller, IGrainFactory grains, ITenantQueries tenants, CancellationToken ct) =>
        await OwnerAsync(body.Value.TenantId, caller, tenants, ct) is { } owner
            ? (await grains.GetGrain<IReconcilerGrain>(owner).AskAsync(new AskReconciliation(caller.Actor)))
                .Then(_ => Answer.Accepted("/v1/reconciliation/accounts", new RunAnswer(body.Value.TenantId)))
            : NoTenant;

    private static async Task<IResult> DeleteAsync(
        string finding, Caller caller, IGrainFactory grains, IReconciliationQueries findings, CancellationToken ct) =>
        await findings.FindAsync(finding, ct) is { } found
            ? (await Of(grains, found).DeleteAsync(new FindingCommand(caller.Actor, finding))).Then(begun => Answer.Accepted("/v1/reconciliation", begun))
            : NoFinding;

    private static async Task<IResult> DismissAsync(
        string finding, Caller caller, IGrainFactory grains, IReconciliationQueries findings, CancellationToken ct) =>
        await findings.FindAsync(finding, ct) is { } found
            ? (await Of(grains, found).DismissAsync(new FindingCommand(caller.Actor, finding))).Then(dismissed => Answer.Ok(dismissed))
            : NoFinding;

    private static IReconcilerGrain Of(IGrainFactory grains, FindingView finding) => grains.GetGrain<IReconcilerGrain>(finding.TenantId ?? GrainKeys.Platform);

    private static async Task<string?> OwnerAsync(string? tenantId, Caller caller, ITenantQueries tenants, CancellationToken ct) =>
        tenantId is null ? GrainKeys.Platform : (await tenants.FindAsync(caller.Scope, tenantId, ct))?.Id;

    private static IResult NoFinding => new Problem("reconciliation.not_found");

    private static IResult NoTenant => new Problem("tenant.not_found");
}
