using System;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Orleans;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Entrants;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Claims;
using PrizeDraw.Grains.EntrantMails;
using PrizeDraw.Storage.Campaign;
using PrizeDraw.Storage.Campaign.Eligibility;
using PrizeDraw.Storage.Campaign.EntrantMails;

namespace PrizeDraw.Grains.Eligibility;

/// <inheritdoc cref="IEntryEligibilityGrain"/>
[GrainType("entry-eligibility")]
public sealed class EntryEligibilityGrain(EligibilityStore store, OutboxRelay relay, TimeProvider clock) : Grain, IEntryEligibilityGrain
{
    public async Task<Result<EntryStanding>> ExcludeAsync(ExcludeEntry command) =>
        EligibilityRules.JudgeExclusion(command.Reason, command.Clause, command.Evidence) is { } invalid
            ? Refusals.Of(invalid)
            : await ChangeAsync(
                command.EntryId, standing => standing with { Excluded = command.Reason },
                Case("excluded", command.Reason, command.Clause, command.Evidence, command.Actor),
                command.TellEntrant ? new EntrantMailBody("", 0, ReasonCode: command.Reason, Clause: command.Clause) : null);

    public async Task<Result<EntryStanding>> RestoreAsync(RestoreEntry command) =>
        EligibilityRules.JudgeReason(command.Reason) is { } invalid
            ? Refusals.Of(invalid)
            : await ChangeAsync(
                command.EntryId, standing => standing with { Excluded = null }, Case("restored", command.Reason, null, null, command.Actor), null);

    public async Task<Result<EntryStanding>> GrantTicketsAsync(GrantTickets command) =>
        EligibilityRules.JudgeTickets(command.Tickets, command.Reason) is { } invalid
            ? Refusals.Of(invalid)
            : await ChangeAsync(
                command.EntryId, standing => standing with { Tickets = 1 + command.Tickets },
                Case("tickets", command.Reason, null, null, command.Actor), null);

    private EntryCase Case(string action, string reason, string? clause, string? evidence, Actor actor) =>
        new(Guid.CreateVersion7(clock.GetUtcNow()), action, reason, clause, evidence, actor.Id, CanonicalTime.ToMicroseconds(clock.GetUtcNow()));

    private async Task<Result<EntryStanding>> ChangeAsync(string entryId, Func<Standing, Standing> next, EntryCase decided, EntrantMailBody? told)
    {
        var campaign = GrainKeys.Split(this.GetPrimaryKeyString());
        var entry = Ids.Parse(Ids.Entry, entryId);
        var mail = told is null ? null : new EntrantMail(decided.Id, entry, EntrantMailKinds.EntryExcluded, told.ToJson(), decided.At);
        var (outcome, standing) = await store.ChangeAsync(
            campaign[0], campaign[1], entry, next, new StandingChange(decided, before => Audit(entryId, decided, before, next(before)), mail),
            CancellationToken.None);
        if (outcome != StandingWrite.Done)
        {
            return Refusals.Of(outcome == StandingWrite.Frozen ? new EntryIsFrozen() : (DomainError)new EntryIsNotThere());
        }

        await relay.TryRelayAsync(campaign[0], campaign[1]);
        if (mail is not null)
        {
            await GrainFactory.GetGrain<IEntrantMailGrain>(this.GetPrimaryKeyString()).WakeAsync();
        }

        return new EntryStanding(entryId, standing.Excluded, standing.Tickets - 1);
    }

    // Reasons in words and evidence may name somebody: they stay with the case, and the log has the evidence's hash.
    private static CampaignEvent Audit(string entryId, EntryCase decided, Standing before, Standing after) => new(
        decided.Id, decided.At, decided.Actor,
        decided.Action switch { "excluded" => "entry.excluded", "restored" => "entry.restored", _ => "entry.tickets_granted" }, entryId,
        Json(new { before.Excluded, bonusTickets = before.Tickets - 1 }),
        Json(new
        {
            after.Excluded, bonusTickets = after.Tickets - 1, decided.Clause,
            evidenceHash = decided.Evidence is { } evidence ? Bytes32.HashOf(System.Text.Encoding.UTF8.GetBytes(evidence)).ToString() : null,
        }));

    private static string Json(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
}
