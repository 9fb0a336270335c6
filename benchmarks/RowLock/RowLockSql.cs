namespace PrizeDraw.Benchmarks.RowLock;

/// <summary>
/// The peer's statements, on the platform's own tables. $1 is always the campaign, $2 the pool. Whatever an entry is judged by is read
/// after the pool's row has been locked, as it must be for two entries at once not to see the same stock or the same limit.
/// </summary>
internal static class RowLockSql
{
    /// <summary>The peer keeps moments readable, as the textbook does: the oldest due one is an index look-up away.</summary>
    public const string AddReadableMoments = """
        alter table moment add column if not exists at timestamptz;
        create index if not exists moment_unclaimed_by_time on moment (campaign_id, pool_id, at) where awarded_number is null;
        """;

    public const string SealedMoments = "select moment_id, sealed from moment";

    public const string FillMoments = "update moment m set at = a.at from unnest($1::uuid[], $2::timestamptz[]) as a (id, at) where m.moment_id = a.id";

    public const string Begin = "begin";

    public const string Commit = "commit";

    public const string LockPool = """
        select last_number, last_entered_at, published, paused, closed_at from pool where campaign_id = $1 and pool_id = $2 for update
        """;

    public const string KnownKey = """
        select fingerprint, number, entered_at, outcome from entry where campaign_id = $1 and idempotency_key = $2
        """;

    public const string Entrant = """
        select p.entrant_id, e.entries, e.wins, e.today, e.last
        from entrant p
        cross join lateral (select count(*) as entries, count(*) filter (where outcome = 'prize') as wins,
            count(*) filter (where day = $4) as today, max(entered_at) as last
          from entry where campaign_id = $1 and entrant_id = p.entrant_id and pool_id = $2) e
        where p.campaign_id = $1 and p.identity = $3
        """;

    public const string Phone = """
        select count(*) as entries, count(*) filter (where outcome = 'prize') as wins, count(*) filter (where day = $4) as today,
          max(entered_at) as last
        from entry where campaign_id = $1 and phone_identity = $3 and pool_id = $2
        """;

    private const string HasRoom = """
        not p.paused and (p.stock is null or p.allocated < p.stock)
          and (p.daily_cap is null or coalesce((select d.allocated from prize_day d
            where d.campaign_id = $1 and d.prize_id = p.prize_id and d.day = $4), 0) < p.daily_cap)
          and (p.hourly_cap is null or coalesce((select h.allocated from prize_hour h
            where h.campaign_id = $1 and h.prize_id = p.prize_id and h.hour = $5), 0) < p.hourly_cap)
          and (p.per_entrant_max is null or (select count(*) from entry e where e.campaign_id = $1 and e.pool_id = $2 and e.prize_id = p.prize_id
            and e.entrant_id = (select x.entrant_id from entrant x where x.campaign_id = $1 and x.identity = $3)) < p.per_entrant_max)
        """;

    public const string DueMoment = $"""
        select p.prize_id, p.name, p.kind, m.moment_id, m.at
        from moment m join prize p on p.campaign_id = $1 and p.prize_id = m.prize_id
        where m.campaign_id = $1 and m.pool_id = $2 and m.awarded_number is null and m.at <= $6 and {HasRoom}
        order by m.at limit 1
        """;

    public const string Consolation = $"""
        select p.prize_id, p.name, p.kind from prize p
        where p.campaign_id = $1 and p.pool_id = $2 and p.mode = 'consolation' and {HasRoom}
        order by p.ordinal limit 1
        """;

    public const string InsertEntrant = """
        insert into entrant (campaign_id, entrant_id, identity, person_key, email, first_name, last_name, phone, date_of_birth, postcode,
          county, country, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        """;

    public const string InsertEntry = """
        insert into entry (campaign_id, pool_id, batch, number, entry_id, entrant_id, idempotency_key, fingerprint, entered_at, day,
          terms_version, answers, outcome, prize_id, told, draws_at, path, phone_identity)
        values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16)
        """;

    public const string InsertConsents = """
        insert into consent (campaign_id, entry_id, purpose, version, granted, at)
        select $1, $2, c.purpose, c.version, c.granted, $6 from unnest($3::text[], $4::int[], $5::bool[]) as c (purpose, version, granted)
        """;

    public const string AwardPrize = "update prize set allocated = allocated + 1 where campaign_id = $1 and prize_id = $2";

    public const string AwardDay = """
        insert into prize_day as d (campaign_id, prize_id, day, allocated) values ($1, $2, $3, 1)
        on conflict (campaign_id, prize_id, day) do update set allocated = d.allocated + 1
        """;

    public const string AwardHour = """
        insert into prize_hour as h (campaign_id, prize_id, hour, allocated) values ($1, $2, $3, 1)
        on conflict (campaign_id, prize_id, hour) do update set allocated = h.allocated + 1
        """;

    public const string AwardMoment = """
        update moment set awarded_number = $3, awarded_at = $4, due_at = at where campaign_id = $1 and moment_id = $2
        """;

    public const string MovePool = "update pool set last_number = $3, last_entered_at = $4 where campaign_id = $1 and pool_id = $2";

    public const string Count = """
        insert into pool_count as c (campaign_id, pool_id, what, n) select $1, $2, what, 1 from unnest($3::text[]) as what
        on conflict (campaign_id, pool_id, what) do update set n = c.n + 1
        """;

    public const string CountHour = """
        insert into pool_hour as c (campaign_id, pool_id, hour, what, n) select $1, $2, $4, what, 1 from unnest($3::text[]) as what
        on conflict (campaign_id, pool_id, hour, what) do update set n = c.n + 1
        """;
}
