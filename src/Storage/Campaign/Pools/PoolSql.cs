namespace PrizeDraw.Storage.Campaign.Pools;

/// <summary>The pool's statements. $1 is always the campaign, and where a pool is meant $2 is the pool.</summary>
internal static class PoolSql
{
    /// <summary>Takes the pool over: whoever held it before finds its epoch gone and writes nothing more.</summary>
    public const string Take = """
        update pool set epoch = epoch + 1 where campaign_id = $1 and pool_id = $2
        returning epoch, published, paused, held, closed_at, settings::text, name, modes, entry_code, free_route, last_number,
          last_entered_at, batch, head, changes, rules_head, secret, ended_at, frozen_until, tickets,
          instant_round, instant_randomness, instant_opened_at
        """;

    // Entries of a pool never go back in time, so that the last day and the last hour of a prize are all that its caps need.
    public const string Prizes = """
        select p.prize_id, p.name, p.kind, p.mode, p.stock, p.daily_cap, p.hourly_cap, p.per_entrant_max, p.odds_win, p.odds_out_of,
          p.every_nth, p.low_stock_units, p.low_stock_percent, p.paused, p.coupon_batch_id, b.expires_at, p.allocated, p.alert_level,
          d.day, d.allocated, h.hour, h.allocated
        from prize p
        left join code_batch b on b.campaign_id = p.campaign_id and b.batch_id = p.coupon_batch_id
        left join lateral (select day, allocated from prize_day d
          where d.campaign_id = p.campaign_id and d.prize_id = p.prize_id order by day desc limit 1) d on true
        left join lateral (select hour, allocated from prize_hour h
          where h.campaign_id = p.campaign_id and h.prize_id = p.prize_id order by hour desc limit 1) h on true
        where p.campaign_id = $1 and p.pool_id = $2 order by p.ordinal
        """;

    /// <summary>The codes that the pool has set aside and not handed out, oldest first.</summary>
    public const string HeldCoupons = """
        select r.batch_id, c.seq, c.code, c.shown, b.pattern
        from code_reservation r
        join code_batch b on b.campaign_id = r.campaign_id and b.batch_id = r.batch_id
        cross join lateral (select seq, code, shown from code
          where campaign_id = r.campaign_id and batch_id = r.batch_id and seq between r.first_seq and r.last_seq offset 0) c
        where r.campaign_id = $1 and r.pool_id = $2
          and not exists (select from code_taken t where t.campaign_id = r.campaign_id and t.batch_id = r.batch_id and t.seq = c.seq offset 0)
        order by r.batch_id, c.seq
        """;

    public const string LastRules = """
        select line from pool_change where campaign_id = $1 and pool_id = $2 and line like '%"type":"rules"}' order by ordinal desc limit 1
        """;

    public const string UnclaimedMoments = """
        select moment_id, prize_id, sealed from moment
        where campaign_id = $1 and pool_id = $2 and awarded_number is null
        """;

    public const string TermsHashes = "select version, hash from terms where campaign_id = $1";

    // Each look-up below goes key by key through a unique index ("offset 0" keeps the planner from turning it round): a young
    // database has no statistics yet, and a plan made without them reads the whole campaign for every batch. They are prepared, with PlannedAnew in front of them.
    public const string KnownKeys = """
        select e.idempotency_key, e.entry_id, e.pool_id, e.number, e.entered_at, e.fingerprint, e.terms_version, e.told, e.draws_at, e.path,
          p.person_key, j.head, j.signature
        from unnest($2::text[]) as k (key)
        cross join lateral (select * from entry where campaign_id = $1 and idempotency_key = k.key offset 0) e
        cross join lateral (select person_key from entrant where campaign_id = $1 and entrant_id = e.entrant_id offset 0) p
        cross join lateral (select head, signature from journal where campaign_id = $1 and pool_id = e.pool_id and batch = e.batch offset 0) j
        """;

    public const string CountNumbers = "select sum(last_number) from pool where campaign_id = $1";

    public const string SeenKeys = "select idempotency_key from entry where campaign_id = $1";

    public const string SeenPersons = "select identity from entrant where campaign_id = $1";

    public const string SeenPhones = "select phone_identity from entry where campaign_id = $1 and pool_id = $2 and phone_identity is not null";

    // Units by prize are asked for in a second round, for those alone who have won something: mostly nobody.
    public const string KnownEntrants = """
        select i.identity, p.entrant_id, p.person_key, e.entries, e.wins, e.day, e.at, d.entries, e.units
        from unnest($3::bytea[]) as i (identity)
        cross join lateral (select entrant_id, person_key from entrant where campaign_id = $1 and identity = i.identity offset 0) p
        cross join lateral (select count(*) as entries, count(*) filter (where outcome = 'prize') as wins, max(day) as day, max(entered_at) as at,
            count(prize_id) as units
          from entry where campaign_id = $1 and entrant_id = p.entrant_id and pool_id = $2) e
        cross join lateral (select count(*) as entries
          from entry where campaign_id = $1 and entrant_id = p.entrant_id and pool_id = $2 and day = e.day) d
        """;

    public const string UnitsByEntrant = """
        select i.entrant_id, u.prize_id, u.units
        from unnest($3::uuid[]) as i (entrant_id)
        cross join lateral (select prize_id, count(*) as units from entry
          where campaign_id = $1 and entrant_id = i.entrant_id and pool_id = $2 and prize_id is not null group by prize_id) u
        """;

    public const string KnownPhones = """
        select i.identity, e.entries, e.wins, e.day, e.at, d.entries, e.units
        from unnest($3::bytea[]) as i (identity)
        cross join lateral (select count(*) as entries, count(*) filter (where outcome = 'prize') as wins, max(day) as day, max(entered_at) as at,
            count(prize_id) as units
          from entry where campaign_id = $1 and phone_identity = i.identity and pool_id = $2) e
        cross join lateral (select count(*) as entries
          from entry where campaign_id = $1 and phone_identity = i.identity and pool_id = $2 and day = e.day) d
        where e.entries > 0
        """;

    public const string UnitsByPhone = """
        select i.identity, u.prize_id, u.units
        from unnest($3::bytea[]) as i (identity)
        cross join lateral (select prize_id, count(*) as units from entry
          where campaign_id = $1 and phone_identity = i.identity and pool_id = $2 and prize_id is not null group by prize_id) u
        """;

    public const string UnusedCodes = """
        select k.code, c.batch_id, c.seq, b.expires_at
        from unnest($2::text[]) as k (code)
        cross join lateral (select batch_id, seq from code where campaign_id = $1 and code = k.code offset 0) c
        cross join lateral (select kind, expires_at from code_batch where campaign_id = $1 and batch_id = c.batch_id offset 0) b
        where b.kind = 'entry'
          and not exists (select from code_taken t where t.campaign_id = $1 and t.batch_id = c.batch_id and t.seq = c.seq offset 0)
        """;

    /// <summary>First in every batch: its row lock is held to the commit. No row means that another activation has taken over, and ends the batch.</summary>
    public const string Fence = """
        with held as (update pool set last_number = $4, last_entered_at = $5, batch = $6, head = $7
          where campaign_id = $1 and pool_id = $2 and epoch = $3 returning 1)
        select 1 / count(*) from held
        """;

    public const string FenceAlone = """
        update pool set epoch = epoch where campaign_id = $1 and pool_id = $2 and epoch = $3
        """;

    /// <summary>For the rest of the transaction: no plan may read a table from end to end, now or when it is used again later.</summary>
    public const string ByIndex = "select set_config('enable_seqscan', 'off', true)";

    /// <summary>
    /// For look-ups in tables that grow: planned at each run. A plan that was made while a table had one page, where every index that leads
    /// with the campaign costs the same, would be kept when it has millions of rows. Bitmaps are for many rows; these find one or none.
    /// </summary>
    public const string PlannedAnew = """
        select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
          set_config('plan_cache_mode', 'force_custom_plan', true)
        """;

    // Rows go in as arrays, a column each: all tables of a batch in one round trip. (COPY takes two round trips for each table.)
    public const string InsertEntrants = """
        insert into entrant (campaign_id, entrant_id, identity, person_key, email, first_name, last_name, phone, date_of_birth, postcode,
          county, country, created_at)
        select $1, * from unnest($2::uuid[], $3::bytea[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::date[],
          $10::text[], $11::text[], $12::text[], $13::timestamptz[])
        """;

    public const string InsertEntries = """
        insert into entry (campaign_id, pool_id, batch, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day,
          terms_version, answers, outcome, prize_id, told, draws_at, path, person_ref, phone_identity, channel)
        select $1, $2, $3, number, entry_id, entrant_id, key, fingerprint, entered_at, day, terms_version, answers::jsonb, outcome, prize_id,
          told, draws_at, path, person_ref, phone_identity, channel
        from unnest($4::bigint[], $5::uuid[], $6::uuid[], $7::text[], $8::bytea[], $9::timestamptz[], $10::date[], $11::int[], $12::text[],
          $13::text[], $14::uuid[], $15::text[], $16::timestamptz[], $17::bytea[], $18::bytea[], $19::bytea[], $20::text[])
          as e (number, entry_id, entrant_id, key, fingerprint, entered_at, day, terms_version, answers, outcome, prize_id, told, draws_at,
            path, person_ref, phone_identity, channel)
        """;

    public const string InsertKeyed = """
        insert into keyed_entry (campaign_id, pool_id, number, received_at, channel)
        select $1, $2, * from unnest($3::bigint[], $4::timestamptz[], $5::text[])
        """;

    public const string InsertConsents = """
        insert into consent (campaign_id, entry_id, purpose, version, granted, at)
        select $1, * from unnest($2::uuid[], $3::text[], $4::int[], $5::boolean[], $6::timestamptz[])
        """;

    public const string AwardPrizes = """
        update prize p set allocated = p.allocated + a.units
        from unnest($2::uuid[], $3::bigint[]) as a (prize_id, units)
        where p.campaign_id = $1 and p.prize_id = a.prize_id
        """;

    public const string AwardPrizeDays = """
        insert into prize_day as d (campaign_id, prize_id, day, allocated)
        select $1, * from unnest($2::uuid[], $3::date[], $4::int[])
        on conflict (campaign_id, prize_id, day) do update set allocated = d.allocated + excluded.allocated
        """;

    public const string AwardPrizeHours = """
        insert into prize_hour as h (campaign_id, prize_id, hour, allocated)
        select $1, * from unnest($2::uuid[], $3::timestamptz[], $4::int[])
        on conflict (campaign_id, prize_id, hour) do update set allocated = h.allocated + excluded.allocated
        """;

    public const string Alert = """
        update prize set alert_level = $3 where campaign_id = $1 and prize_id = $2
        """;

    public const string InsertNotice = """
        insert into outbox (campaign_id, event_id, kind, body, created_at) values ($1, $2, 'notice', $3::jsonb, $4)
        """;

    public const string AwardMoments = """
        update moment m set awarded_number = a.number, awarded_at = a.at, due_at = a.due
        from unnest($2::uuid[], $3::bigint[], $4::timestamptz[], $5::timestamptz[]) as a (moment_id, number, at, due)
        where m.campaign_id = $1 and m.moment_id = a.moment_id and m.awarded_number is null
        """;

    /// <summary>A code goes to one entry: who comes second finds it taken, and inserts nothing.</summary>
    public const string TakeCodes = """
        insert into code_taken (campaign_id, pool_id, batch_id, seq, number, at)
        select $1, $2, * from unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::timestamptz[])
        on conflict do nothing
        """;

    // Rows that other pools count in as well are locked in one order, so that two pools never wait for each other in a circle.
    public const string AssignCodes = """
        with counted as (select b.batch_id, a.units from unnest($2::uuid[], $3::bigint[]) as a (batch_id, units)
          join code_batch b on b.campaign_id = $1 and b.batch_id = a.batch_id order by b.batch_id for no key update of b)
        update code_batch b set assigned = b.assigned + c.units from counted c where b.campaign_id = $1 and b.batch_id = c.batch_id
        """;

    public const string InsertJournal = """
        insert into journal (campaign_id, pool_id, batch, first_number, last_number, previous_head, root, head, record, signature,
          key_id, at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """;

    public const string Count = """
        insert into pool_count as c (campaign_id, pool_id, what, n)
        select $1, $2, * from unnest($3::text[], $4::bigint[])
        on conflict (campaign_id, pool_id, what) do update set n = c.n + excluded.n
        """;

    public const string CountByHour = """
        insert into pool_hour as c (campaign_id, pool_id, hour, what, n)
        select $1, $2, * from unnest($3::timestamptz[], $4::text[], $5::bigint[])
        on conflict (campaign_id, pool_id, hour, what) do update set n = c.n + excluded.n
        """;

    public const string InsertLine = """
        insert into pool_change (campaign_id, pool_id, ordinal, from_number, at, line, head) values ($1, $2, $3, $4, $5, $6, $7)
        """;

    public const string MoveRulesHead = """
        update pool set changes = $3, rules_head = $4 where campaign_id = $1 and pool_id = $2
        """;

    /// <summary>Sets aside the next codes of a batch, as many as there are up to $3.</summary>
    public const string ReserveCoupons = """
        with b as (select batch_id, reserved, least($3, generated - reserved) as units from code_batch
          where campaign_id = $1 and batch_id = $2 and kind = 'coupon' and state in ('generating', 'importing', 'ready')
            and not coalesce(expires_at <= $4, false) and generated > reserved for no key update)
        update code_batch t set reserved = b.reserved + b.units from b where t.campaign_id = $1 and t.batch_id = b.batch_id
        returning b.reserved + 1, b.reserved + b.units, t.pattern
        """;

    public const string InsertReservation = """
        insert into code_reservation (campaign_id, pool_id, batch_id, first_seq, last_seq) values ($1, $2, $3, $4, $5)
        """;

    /// <summary>Forgets ranges of which every code is handed out, so that the next activation need not look through them.</summary>
    public const string DropUsedReservations = """
        delete from code_reservation where campaign_id = $1 and pool_id = $2 and batch_id = $3 and last_seq < $4
        """;

    public const string CodesBetween = """
        select seq, code, shown from code where campaign_id = $1 and batch_id = $2 and seq between $3 and $4 order by seq
        """;
}
