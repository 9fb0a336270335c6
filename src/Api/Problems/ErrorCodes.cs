using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Linq;

namespace PrizeDraw.Api.Problems;

/// <summary>A stable code, the HTTP status that it always comes with, and what it means.</summary>
public sealed record ErrorCode(string Code, int Status, string Meaning);

/// <summary>
/// The one place that maps a code to a status. A code that isn't listed (a grain may learn a new one first) gets its status
/// from its last part, and 422 when that says nothing: a refusal is never a server error.
/// </summary>
public static class ErrorCodes
{
    public const string
        InvalidJson = "request.invalid_json", UnknownField = "request.unknown_field", InvalidField = "request.invalid_field",
        InvalidHeader = "request.invalid_header", InvalidParameter = "request.invalid_parameter", Malformed = "request.malformed",
        TooLarge = "request.too_large", UnsupportedMediaType = "request.unsupported_media_type",
        RouteNotFound = "request.not_found", MethodNotAllowed = "request.method_not_allowed", RateLimited = "request.rate_limited",
        KeyReused = "idempotency.key_reused",
        AuthRequired = "auth.required", AuthFailed = "auth.failed", Forbidden = "auth.forbidden",
        OriginNotRegistered = "origin.not_registered", SiteKeyRequired = "site.key_required", SiteNotFound = "site.not_found",
        NotOpen = "campaign.not_open", HasClosed = "campaign.has_closed", Paused = "campaign.paused", PutAway = "campaign.put_away",
        EntryInvalid = "entry.invalid", EntryCodeInvalid = "entry.code_invalid", StorageUnavailable = "storage.unavailable", Internal = "internal.error";

    private static readonly FrozenDictionary<string, ErrorCode> Known = new ErrorCode[]
    {
        new(InvalidJson, 400, "The body is not JSON in UTF-8, or holds text that can't be stored."),
        new(UnknownField, 400, "The body has a field that this operation doesn't know; errors names it."),
        new(InvalidField, 400, "A field is missing, of the wrong type or out of its range; errors names it."),
        new(InvalidHeader, 400, "A header is missing or malformed; errors names it."),
        new(InvalidParameter, 400, "A query parameter is malformed; errors names it."),
        new(Malformed, 400, "The request is not well-formed HTTP."),
        new(TooLarge, 413, "The body is larger than this operation takes."),
        new(UnsupportedMediaType, 415, "Send the body as application/json in UTF-8."),
        new(RouteNotFound, 404, "There is nothing at this address."),
        new(MethodNotAllowed, 405, "This address doesn't take this method; Allow lists those that it takes."),
        new(RateLimited, 429, "Too many requests from this address; try again after Retry-After seconds."),
        new(KeyReused, 422, "The Idempotency-Key was used with another request."),
        new(AuthRequired, 401, "A valid access token is needed: sign in or refresh."),
        new(AuthFailed, 401, "The credentials are not valid."),
        new(Forbidden, 403, "Your role doesn't allow this."),
        new(OriginNotRegistered, 403, "The page's origin is not registered with this campaign."),
        new(SiteKeyRequired, 401, "A valid X-Site-Key is needed."),
        new(SiteNotFound, 404, "The site key belongs to no campaign of this name."),
        new("tenant.not_found", 404, "There is no such tenant, or it isn't yours."),
        new("tenant.invalid", 422, "The tenant can't be like this; errors says why."),
        new("tenant.slug_taken", 409, "Another tenant has this slug."),
        new("tenant.version_conflict", 412, "The tenant has changed since it was read."),
        new("provider.not_found", 404, "There is no such provider, or no account at it."),
        new("provider.in_use", 409, "Campaigns have something in this account: it stays, with its organization, owner or team, until that is decommissioned."),
        new("provider.invalid", 422, "The account can't be like this; errors says why."),
        new("installation.incarnation_changed", 409, "The installation's incarnation is another one by now: read it again."),
        new("installation.unconfirmed", 409, "The central database was restored to an older state: a super_admin has to look and confirm the installation first."),
        new("reconciliation.not_found", 404, "There is no such finding, or no such account."),
        new("reconciliation.not_deletable", 409, "The finding is not deleted now; detail says why."),
        new("reconciliation.wrong_state", 409, "The finding is over, or being deleted."),
        new("webhook.not_found", 404, "There is no such webhook, or it isn't this tenant's."),
        new("webhook.invalid", 422, "The webhook can't be like this; errors says why."),
        new("webhook.too_many", 409, "The tenant has as many webhooks as it may have."),
        new("user.not_found", 404, "There is no such user."),
        new("user.invalid", 422, "The user can't be like this; errors says why."),
        new("user.email_taken", 409, "Another user has this e-mail address."),
        new("user.version_conflict", 412, "The user has changed since it was read."),
        new("user.last_super_admin", 409, "The last super_admin can't be disabled or given another role."),
        new("campaign.not_found", 404, "There is no such campaign, or it isn't yours."),
        new("campaign.invalid", 422, "The campaign can't be like this; errors says why."),
        new("campaign.slug_taken", 409, "Another campaign has this slug."),
        new("campaign.version_conflict", 412, "The campaign has changed since it was read."),
        new("campaign.wrong_state", 409, "The campaign's state doesn't allow this."),
        new("campaign.commitment_unavailable", 503, "What can be won can't be committed to while time-stamp authority or relays fail; detail says which. Publish again later."),
        new("campaign.not_publishable", 422, "The publish gate is shut; errors lists what is open."),
        new(NotOpen, 409, "The campaign takes no entries yet."),
        new(HasClosed, 409, "The campaign has closed."),
        new(Paused, 503, "The campaign is paused; it may go on."),
        new(PutAway, 409, "The campaign is archived or decommissioned, so that its own data is not reached; detail says which."),
        new("campaign.name_not_confirmed", 422, "confirmName is not the campaign's name; nothing was changed."),
        new("campaign.not_settled", 422, "The campaign's data is still needed; errors lists what is open."),
        new("deployment.under_way", 409, "Another deployment of this campaign is under way."),
        new("deployment.not_retryable", 409, "The deployment neither waits nor failed, or a later one has taken its place."),
        new("deployment.not_cancellable", 409, "What this deployment removes does not come back, so that it can't be cancelled."),
        new("rotation.unsupported", 409, "The campaign has no such secret."),
        new("rotation.too_soon", 409, "The site key before is still taken; detail says until when."),
        new("deployment.not_found", 404, "There is no such deployment, or it isn't yours."),
        new("deployment.not_running", 409, "The deployment is not running."),
        new("domain.not_found", 404, "The campaign has no such domain."),
        new("domain.invalid", 422, "The domain can't be added; errors says why."),
        new("domain.in_use", 409, "The domain is in use already."),
        new("domain.too_many", 409, "The campaign has as many domains as it may have."),
        new("domain.unsupported", 409, "The campaign's hosting gives its site no domains of its own."),
        new("domain.wrong_state", 409, "The domain is being removed."),
        new("release.not_found", 404, "There is no such release."),
        new("release.invalid", 422, "The release can't be like this; errors says why."),
        new("release.wrong_state", 409, "The release's state doesn't allow this."),
        new("release.under_way", 409, "Another release is under way: one goes to the sites at a time."),
        new("template.sync_not_found", 404, "The campaign has no such sync."),
        new("template.invalid", 422, "The site can't take the template like this; errors says why."),
        new("template.version_unknown", 422, "The template has no such version or commit."),
        new("template.no_site", 404, "The campaign has no site that was made from the template."),
        new("template.no_review", 404, "Nothing of the campaign's site is open to review."),
        new("template.sync_under_way", 409, "Another sync of this site is under way."),
        new("template.review_changed", 409, "The review has changed since it was read: read it again."),
        new("template.review_undecided", 409, "Something in the review must be decided first."),
        new("template.repository_unavailable", 503, "The site's repository can't be read now; try again after Retry-After seconds."),
        new("pool.not_found", 404, "There is no such pool, or it isn't yours."),
        new("pool.has_entries", 409, "The pool has taken entries, so that its prizes are fixed."),
        new("prize.stock_below_allocated", 422, "More than this stock is allocated already."),
        new("entry.not_found", 404, "There is no such entry, or it isn't yours."),
        new("entry.draw_frozen", 409, "The list of a draw that covers this entry has been frozen."),
        new("prize.not_found", 404, "There is no such prize, or it isn't yours."),
        new("pool.has_closed", 409, "The pool has closed: nothing can change any more."),
        new("pool.not_changeable", 422, "Some of this can't change once the campaign is published; errors says what."),
        new("rehearsal.not_found", 404, "There is no such rehearsal, or it isn't yours."),
        new("rehearsal.invalid", 422, "The rehearsal can't be like this; errors says why."),
        new("rehearsal.wrong_state", 409, "The rehearsal's state doesn't allow this."),
        new("rehearsal.too_many", 409, "The campaign has as many rehearsals as it may have at once."),
        new("rehearsal.token_invalid", 401, "The X-Rehearsal-Token leads to no rehearsal of this campaign, or to one that is over."),
        new("preview.token_invalid", 401, "The X-Preview-Token shows no preview of this campaign, or one that is over."),
        new("rehearsal.not_ready", 503, "The rehearsal is being prepared; try again after Retry-After seconds."),
        new("draw.not_found", 404, "There is no such draw, or it isn't yours."),
        new("draw.wrong_state", 409, "The draw's state doesn't allow this."),
        new("draw.not_observed", 409, "The draw's level is another one than observed."),
        new("observation.not_found", 404, "The observer's link is not good, or not any more."),
        new("observation.too_early", 409, "The draw's commitment is not public yet."),
        new("observation.supplied", 409, "The randomness has been supplied, and is taken once."),
        new("observation.invalid", 422, "The observer's signature does not hold for these bytes and this commitment."),
        new("draw.campaign_not_closed", 409, "The campaign must have closed first."),
        new("draw.predecessor_invalid", 422, "The draw can't take the place of that one; detail says why."),
        new("draw.succeeded_already", 409, "The void draw has a successor already."),
        new("draw.reason_missing", 422, "A draw is void for a reason: give it."),
        new("draw.replacement_invalid", 422, "The replacement is not founded; errors says what is missing."),
        new("winner.not_found", 404, "The draw's order has no such position."),
        new("winner.holds_no_prize", 409, "Who is at this position holds no prize."),
        new("claim.not_found", 404, "There is no such claim, or it isn't yours."),
        new("claim.lapsed", 409, "The time to claim the prize has ended."),
        new("claim.replaced", 409, "The prize has gone to somebody else."),
        new("claim.already_claimed", 409, "The prize has been claimed with other details."),
        new("claim.invalid", 422, "The claim is incomplete; errors says why."),
        new("claim.wrong_state", 409, "The claim's state doesn't allow this."),
        new("claim.version_conflict", 412, "The claim has changed since it was read."),
        new("evidence.not_found", 404, "There is no such evidence, or it is not published yet."),
        new("receipt.not_found", 404, "The receipt is of no entry of this campaign."),
        new("receipt.invalid", 422, "This is no receipt, or the campaign's journal does not bear it out."),
        new("terms.not_found", 404, "There is no such version of the terms."),
        new(EntryInvalid, 422, "The entry is incomplete or not as the form asks; errors says why."),
        new("entry.terms_not_accepted", 422, "The current terms must be accepted."),
        new("entry.under_age", 422, "The entrant is younger than the campaign allows."),
        new("entry.not_accepted", 422, "The entry looked like one made by a machine: try again without autofill."),
        new("entry.limit_reached", 422, "The entrant has reached a limit of the campaign."),
        new(EntryCodeInvalid, 422, "The code is not valid, or it has been used."),
        new("codes.not_found", 404, "There is no such batch of codes, or it isn't yours."),
        new("codes.invalid", 422, "The batch of codes can't be like this; errors says why."),
        new("codes.prefix_taken", 409, "Another batch of this client has a prefix that begins with this one, or that this one begins with."),
        new("codes.campaign_not_ready", 409, "The campaign has no database: codes can be added once it has been provisioned."),
        new("codes.wrong_state", 409, "The batch's state doesn't allow this."),
        new("codes.import_interrupted", 409, "The import was cut short: send the whole file again with the same Idempotency-Key."),
        new("codes.too_many", 422, "The batch would hold more codes than it can."),
        new("coupon.not_found", 404, "The code is not valid."),
        new("coupon.not_assigned", 409, "The coupon is in nobody's hands."),
        new("coupon.already_redeemed", 409, "The coupon has been redeemed before."),
        new("coupon.expired", 409, "The coupon has expired."),
        new("api_key.not_found", 404, "There is no such API key, or it isn't yours."),
        new("api_key.invalid", 422, "The API key can't be like this; errors says why."),
        new(StorageUnavailable, 503, "Storage is away; try the same request again after Retry-After seconds."),
        new(Internal, 500, "A fault of the platform; quote the traceId."),
    }.ToFrozenDictionary(code => code.Code, StringComparer.Ordinal);

    private static readonly (string Suffix, int Status)[] BySuffix =
    [
        (".not_found", 404), (".slug_taken", 409), (".email_taken", 409), (".wrong_state", 409), (".version_conflict", 412),
    ];

    /// <summary>Every code that is documented.</summary>
    public static IEnumerable<ErrorCode> All => Known.Values.OrderBy(code => code.Code, StringComparer.Ordinal);

    public static ErrorCode Find(string code) =>
        Known.TryGetValue(code, out var known) ? known : new ErrorCode(code, StatusBySuffix(code), "The request was refused.");

    private static int StatusBySuffix(string code) =>
        BySuffix.Where(rule => code.EndsWith(rule.Suffix, StringComparison.Ordinal)).Select(rule => rule.Status).FirstOrDefault(422);
}
