using System;
using System.Collections.Generic;
using PrizeDraw.Domain;
using PrizeDraw.Domain.Pools;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Campaign.Pools;

namespace PrizeDraw.Grains.Pools;

/// <summary>A batch that was decided and, where entries were accepted, is ready to be written.</summary>
internal sealed class DecidedBatch
{
    public required List<PendingEntry> Pending { get; init; }
    public required List<EntryCommand> Commands { get; init; }
    public required List<EntryDecision> Decisions { get; init; }
    public required IReadOnlyList<AcceptedEntry> Accepted { get; init; }
    public required KnownToBatch Known { get; init; }

    /// <summary>Null when no entry was accepted.</summary>
    public required BatchWrite? Write { get; init; }

    /// <summary>Its statements.</summary>
    public required PreparedWrite? Prepared { get; init; }

    /// <summary>What each accepted entry is told once the batch has committed.</summary>
    public required EntryAnswer[] Answers { get; init; }

    /// <summary>The refusals of before that the write takes along.</summary>
    public required IReadOnlyDictionary<string, long> Carried { get; init; }
}

/// <summary>
/// What a batch knows beforehand: what is stored, and on top of it what the batch that is being written leaves behind. Whether storage
/// shows that batch already makes no difference, since what it leaves replaces what is stored and is not added to it.
/// </summary>
internal sealed class KnownToBatch
{
    private IReadOnlyDictionary<string, StoredEntry> stored = new Dictionary<string, StoredEntry>();
    private readonly Dictionary<string, EntryAnswer> answers = [];
    private readonly Dictionary<string, KnownEntry> keys = [];
    private readonly Dictionary<IdentityHash, EntrantState> entrants = [];
    private readonly Dictionary<IdentityHash, IdentityCounts> phones = [];
    private readonly Dictionary<string, EntryCode> codes = [];
    private readonly HashSet<string> usedCodes = [];

    public KnownToBatch(DecidedBatch? before)
    {
        for (var i = 0; i < (before?.Accepted.Count ?? 0); i++)
        {
            var entry = before!.Accepted[i];
            keys.Add(entry.Command.Key, new KnownEntry(entry.Id, entry.Entrant.PersonKey, entry.Fingerprint));
            answers.Add(entry.Command.Key, before.Answers[i]);
            entrants[entry.Command.Identity] = entry.Entrant;
            if (entry.Phone is not null)
            {
                phones[entry.Command.PhoneIdentity] = entry.Phone;
            }

            if (entry.Code is not null)
            {
                usedCodes.Add(entry.Command.Code!);
            }
        }
    }

    public EntryFacts Facts => new(keys, entrants, phones, codes);

    /// <summary>What an earlier entry was told.</summary>
    public EntryAnswer AnswerOf(string key, Func<StoredEntry, EntryAnswer> answer) =>
        answers.TryGetValue(key, out var given) ? given : answer(stored[key]);

    /// <summary>What is still to be looked up for these entries; what was surely never seen is not.</summary>
    public FactsWanted WantedBy(List<EntryCommand> entries, PoolRules rules, SeenBefore seen)
    {
        var wanted = new FactsWanted(
            new HashSet<string>(entries.Count), new HashSet<IdentityHash>(entries.Count), new HashSet<IdentityHash>(), new HashSet<string>());
        foreach (var entry in entries)
        {
            if (!keys.ContainsKey(entry.Key) && seen.MayHaveKey(entry.Key))
            {
                wanted.Keys.Add(entry.Key);
            }

            if (!entry.Identity.IsNone && !entrants.ContainsKey(entry.Identity) && seen.MayHavePerson(entry.Identity))
            {
                wanted.Entrants.Add(entry.Identity);
            }

            if (!entry.PhoneIdentity.IsNone && !phones.ContainsKey(entry.PhoneIdentity) && seen.MayHavePhone(entry.PhoneIdentity))
            {
                wanted.Phones.Add(entry.PhoneIdentity);
            }

            if (rules.CodeRequired && !string.IsNullOrEmpty(entry.Code) && !usedCodes.Contains(entry.Code))
            {
                wanted.Codes.Add(entry.Code);
            }
        }

        return wanted;
    }

    public void Add(BatchFacts facts)
    {
        stored = facts.Known;
        foreach (var (key, entry) in facts.Known)
        {
            keys.Add(key, entry.Known);
        }

        foreach (var (identity, entrant) in facts.Entrants)
        {
            entrants.Add(identity, entrant);
        }

        foreach (var (identity, counts) in facts.Phones)
        {
            phones.Add(identity, counts);
        }

        foreach (var (text, code) in facts.Codes)
        {
            codes.Add(text, code);
        }
    }
}
