using System;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using System.Text.Json;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Domain.Evidence;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Pools;
using PrizeDraw.Storage.Secrets;
using Shouldly;

namespace PrizeDraw.Pools.Tests.Setup;

/// <summary>What must hold of a pool's rows, whatever has happened to their writers.</summary>
internal static class PoolFacts
{
    public static string Bytes(EntryAnswer answer) => JsonSerializer.Serialize(answer, JsonSerializerOptions.Web);

    /// <summary>Checks numbers, counters, journal and every acknowledged answer with its receipt.</summary>
    public static async Task HoldAsync(PoolHost host, TestCampaign campaign, int pool, IReadOnlyDictionary<string, EntryAnswer> acknowledged)
    {
        await using var database = await host.OpenAsync(campaign);
        await HoldAsync(host, database, campaign.PoolId(pool), acknowledged);
    }

    /// <summary>The same, seen through this connection and its transaction.</summary>
    public static async Task HoldAsync(PoolHost host, NpgsqlConnection database, string poolId, IReadOnlyDictionary<string, EntryAnswer> acknowledged)
    {
        var id = Ids.Parse(Ids.Pool, poolId);
        var journal = await JournalAsync(database, id);
        await CountersAgreeAsync(database, id);
        (await database.ListAsync("select number from entry where pool_id = $1 order by number", r => r.GetInt64(0), id))
            .ShouldBe(Enumerable.Range(1, (int)journal.Sum(j => j.Record.Count)).Select(n => (long)n), "numbers are gapless");
        await AnswersAreStoredAsync(database, id, acknowledged);
        await ReceiptsVerifyAsync(host, journal, acknowledged.Values);
    }

    private static async Task CountersAgreeAsync(NpgsqlConnection database, Guid pool)
    {
        await RulesAreChainedAsync(database, pool);
        var wrong = await database.ListAsync(
            """
            select 'stock of ' || p.name from prize p where p.pool_id = $1
              and p.allocated <> (select count(*) from entry e where e.prize_id = p.prize_id)
            union all select 'over stock: ' || p.name from prize p where p.pool_id = $1 and p.allocated > p.stock
            union all select 'day ' || e.day from entry e join prize p using (prize_id) where p.pool_id = $1 group by e.day, e.prize_id
              having count(*) <> coalesce((select d.allocated from prize_day d where d.prize_id = e.prize_id and d.day = e.day), 0)
            union all select 'over cap on ' || e.day from entry e join prize p using (prize_id) where p.pool_id = $1 group by e.day, e.prize_id, p.daily_cap
              having count(*) > p.daily_cap
            union all select 'moment of number ' || m.awarded_number from moment m where m.pool_id = $1 and m.awarded_number is not null
              and not exists (select from entry e where e.pool_id = $1 and e.number = m.awarded_number and e.prize_id = m.prize_id and m.due_at <= e.entered_at)
            union all select 'counter ' || c.what from pool_count c where c.pool_id = $1 and c.what = 'entries'
              and c.n <> (select count(*) from entry where pool_id = $1)
            union all select 'hour ' || hour from (select prize_id, date_trunc('hour', entered_at, 'UTC') as hour, count(*) as n
                from entry where pool_id = $1 and prize_id is not null group by 1, 2) e
              where n <> coalesce((select h.allocated from prize_hour h where h.prize_id = e.prize_id and h.hour = e.hour), 0)
                or n > (select p.hourly_cap from prize p where p.prize_id = e.prize_id)
            union all select 'counter of ' || e.what from (select 'outcome:' || outcome as what, count(*) as n from entry where pool_id = $1 group by 1) e
              where n <> coalesce((select c.n from pool_count c where c.pool_id = $1 and c.what = e.what), 0)
            union all select 'counter of ' || e.what || ' at ' || e.hour
              from (select 'outcome:' || outcome as what, date_trunc('hour', entered_at, 'UTC') as hour, count(*) as n from entry where pool_id = $1 group by 1, 2
                union all select 'entries', date_trunc('hour', entered_at, 'UTC'), count(*) from entry where pool_id = $1 group by 1, 2) e
              where n <> coalesce((select c.n from pool_hour c where c.pool_id = $1 and c.what = e.what and c.hour = e.hour), 0)
            union all select 'counter of persons' where (select coalesce(sum(n), 0) from pool_count where pool_id = $1 and what = 'entrants')
              <> (select coalesce(sum(n), 0) from pool_hour where pool_id = $1 and what = 'entrants')
            union all select 'coupons of number ' || e.number from entry e join prize p using (prize_id) where e.pool_id = $1 and p.coupon_batch_id is not null
              and (select count(*) from code_taken t where t.pool_id = $1 and t.number = e.number and t.batch_id = p.coupon_batch_id) <> 1
            union all select 'coupon without prize at ' || t.number from code_taken t join code_batch b using (batch_id) where t.pool_id = $1 and b.kind = 'coupon'
              and not exists (select from entry e join prize p using (prize_id) where e.pool_id = $1 and e.number = t.number and p.coupon_batch_id = t.batch_id)
            union all select 'codes handed out of ' || b.prefix from code_batch b
              where b.assigned <> (select count(*) from code_taken t where t.batch_id = b.batch_id)
            union all select 'codes set aside of ' || b.prefix from code_batch b where b.kind = 'coupon' and exists
              (select from code_taken t where t.batch_id = b.batch_id and t.seq > b.reserved)
            union all select 'code of number ' || e.number from entry e join pool p using (pool_id) where e.pool_id = $1 and p.entry_code = 'required'
              and e.channel = 'web' and p.free_route = 'post' and (select count(*) from code_taken t join code_batch b using (batch_id)
                where t.pool_id = $1 and t.number = e.number and b.kind = 'entry') <> 1
            union all select 'reference of number ' || number from entry where pool_id = $1 and length(person_ref) is distinct from 32
            union all select 'time goes back at ' || number from
              (select number, entered_at < lag(entered_at) over (order by number) as back from entry where pool_id = $1) t where back
            """, r => r.GetString(0), pool);
        wrong.ShouldBeEmpty();
    }

    /// <summary>The lines of the rules are one chain, and each batch names the head that was in force.</summary>
    private static async Task RulesAreChainedAsync(NpgsqlConnection database, Guid pool)
    {
        var lines = await database.ListAsync("select ordinal, from_number, line, head from pool_change where pool_id = $1 order by ordinal",
            r => (Ordinal: r.GetInt64(0), From: r.GetInt64(1), Text: r.GetString(2), Head: new Bytes32(r.GetFieldValue<byte[]>(3))), pool);
        var head = PoolChangeLine.Genesis;
        foreach (var (line, i) in lines.Select((l, i) => (l, i)))
        {
            var parsed = PoolChangeLine.Parse(System.Text.Encoding.UTF8.GetBytes(line.Text));
            (line.Ordinal, line.From).ShouldBe((i + 1, parsed.From));
            parsed.From.ShouldBeGreaterThanOrEqualTo(i == 0 ? 1 : lines[i - 1].From);
            head = parsed.After(head);
            line.Head.ShouldBe(head);
        }

        var records = await database.ListAsync("select record from journal where pool_id = $1",
            r => JournalRecord.Parse(System.Text.Encoding.UTF8.GetBytes(r.GetString(0))), pool);
        foreach (var record in records)
        {
            record.Rules.ShouldBe(lines.Last(l => l.From <= record.FirstNumber).Head, $"batch {record.Batch}");
            lines.ShouldNotContain(l => l.From > record.FirstNumber && l.From <= record.LastNumber, "rules change between batches");
        }
    }

    private static async Task AnswersAreStoredAsync(NpgsqlConnection database, Guid pool, IReadOnlyDictionary<string, EntryAnswer> acknowledged)
    {
        var stored = (await database.ListAsync(
            "select idempotency_key, entry_id, number, entered_at, outcome, prize_id, told::jsonb ->> 'coupon' from entry where pool_id = $1",
            r => (Key: r.GetString(0), Answer: (Ids.Format(Ids.Entry, r.GetGuid(1)), r.GetInt64(2), r.GetFieldValue<DateTimeOffset>(3), r.GetString(4),
                r.IsDBNull(5) ? null : Ids.Format(Ids.Prize, r.GetGuid(5)), r.IsDBNull(6) ? null : r.GetString(6))), pool)).ToDictionary(s => s.Key, s => s.Answer);
        foreach (var (key, a) in acknowledged)
        {
            stored.ShouldContainKey(key);
            stored[key].ShouldBe((a.EntryId, a.Number, a.EnteredAt, a.Outcome.Kind, a.Outcome.Prize?.Id, a.Outcome.Coupon), key);
        }
    }

    /// <summary>The stored journal, once it is shown to be one unbroken, signed chain that ends at the pool's head.</summary>
    public static async Task<List<(JournalRecord Record, byte[] Signature, string KeyId)>> JournalAsync(NpgsqlConnection database, Guid pool)
    {
        var rows = await database.ListAsync(
            "select record, head, signature, key_id, batch, first_number, last_number, previous_head, root from journal where pool_id = $1 order by batch",
            r => (Text: r.GetString(0), Head: r.GetFieldValue<byte[]>(1), Signature: r.GetFieldValue<byte[]>(2), KeyId: r.GetString(3),
                Columns: (r.GetInt64(4), r.GetInt64(5), r.GetInt64(6), new Bytes32(r.GetFieldValue<byte[]>(7)), new Bytes32(r.GetFieldValue<byte[]>(8)))), pool);
        var (head, number, batch) = (JournalRecord.Genesis, 0L, 0L);
        var journal = new List<(JournalRecord, byte[], string)>();
        foreach (var row in rows)
        {
            var record = JournalRecord.Parse(System.Text.Encoding.UTF8.GetBytes(row.Text));
            record.PreviousHead.ShouldBe(head, "the chain is unbroken");
            (record.Batch, record.FirstNumber).ShouldBe((batch + 1, number + 1), "batches and numbers follow each other");
            (record.Batch, record.FirstNumber, record.LastNumber, record.PreviousHead, record.Root).ShouldBe(row.Columns);
            new Bytes32(row.Head).ShouldBe(record.Head());
            (head, number, batch) = (record.Head(), record.LastNumber, record.Batch);
            journal.Add((record, row.Signature, row.KeyId));
        }

        var stored = (await database.ListAsync("select last_number, batch, head from pool where pool_id = $1",
            r => (r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? JournalRecord.Genesis : new Bytes32(r.GetFieldValue<byte[]>(2))), pool)).Single();
        stored.ShouldBe((number, batch, head), "the pool's row ends the chain");
        return journal;
    }

    private static async Task ReceiptsVerifyAsync(
        PoolHost host, List<(JournalRecord Record, byte[] Signature, string KeyId)> journal, IEnumerable<EntryAnswer> answers)
    {
        var keys = (await host.Get<SigningKeys>().PublicKeysAsync(default)).ToDictionary(k => k.KeyId, k => Import([.. k.Spki]));
        foreach (var answer in answers)
        {
            var (record, signature, keyId) = journal.Single(j => j.Record.FirstNumber <= answer.Number && answer.Number <= j.Record.LastNumber);
            var receipt = ReceiptOf(answer.Receipt);
            ReceiptProof.Verify(receipt, record, keys[keyId]).ShouldBe(ReceiptFault.None, $"receipt of number {answer.Number}");
            receipt.Signature.ShouldBe(signature);
            EntryOutcomeHash(answer).ShouldBe(receipt.OutcomeHash, "the outcome that was told is the one in the receipt");
        }
    }

    private static Bytes32 EntryOutcomeHash(EntryAnswer answer)
    {
        using var told = JsonDocument.Parse(JsonSerializer.Serialize(answer.Outcome, JsonSerializerOptions.Web));
        return Domain.Evidence.EntryOutcome.HashOf(told.RootElement);
    }

    public static Receipt ReceiptOf(EntryReceipt r) => new(
        r.EntryRef, r.PersonRef, r.Pool, r.Number, Bytes32.Parse(r.OutcomeHash), Bytes32.Parse(r.TermsHash), [.. r.Path.Select(Bytes32.Parse)],
        Bytes32.Parse(r.BatchHead), Convert.FromHexString(r.Signature));

    private static ECDsa Import(byte[] spki)
    {
        var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key;
    }
}
