using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Providers.Databases;
using Shouldly;
using Xunit;

namespace PrizeDraw.Providers.Tests.Databases;

/// <content>What an operator did to a campaign's database past the platform.</content>
public sealed partial class A_campaign_database
{
    private DatabaseRequest Made => Request with { IsMade = true };

    [Theory]
    [InlineData("ALTER DATABASE {0} OWNER TO postgres", "It belongs to another role")]
    [InlineData("COMMENT ON DATABASE {0} IS 'kept for the auditors'", "Its comment is not")]
    [InlineData("ALTER DATABASE {0} RENAME TO kept_{0}", "no database of this name")]
    [InlineData("COMMENT ON ROLE {0} IS 'kept for the auditors'", null)]
    public async Task that_somebody_has_changed_is_neither_absent_nor_dropped(string change, string? listedAs)
    {
        await _provider.CreateAsync(Request, CancellationToken.None);
        await AsSuperuserAsync(string.Format(CultureInfo.InvariantCulture, change, Request.Name));
        var databases = await DatabasesAsync();

        await IsInDoubtAsync();

        (await DatabasesAsync()).ShouldBe(databases);
        var held = (await _provider.ListAsync(CancellationToken.None)).Items.Single(r => r.Name == Request.Name);
        held.Nonce.ShouldBe(_nonce);
        (held.Changed ?? "").ShouldContain(listedAs ?? "");
    }

    [Theory]
    [InlineData("COMMENT ON DATABASE {0} IS NULL")]
    [InlineData("DROP OWNED BY {0}; DROP ROLE {0}")]
    public async Task that_has_lost_its_comment_or_its_role_is_there_still(string change)
    {
        await _provider.CreateAsync(Request, CancellationToken.None);
        await AsSuperuserAsync(string.Format(CultureInfo.InvariantCulture, "REVOKE ALL ON DATABASE {0} FROM {0};" + change, Request.Name), Request.Name);
        (await _provider.IsThereAsync(Made, CancellationToken.None)).ShouldBeTrue();
        await _provider.DeleteIfOwnedAsync(Made, CancellationToken.None);
        (await CountAsync()).ShouldBe(0);
        (await _provider.IsThereAsync(Made, CancellationToken.None)).ShouldBeFalse();
    }

    /// <summary>Neither there nor gone: whatever acts on that is refused, and says what to do.</summary>
    private async Task IsInDoubtAsync()
    {
        foreach (var act in new Func<Task>[]
        {
            () => _provider.IsThereAsync(Made, CancellationToken.None), () => _provider.FindAsync(Made, CancellationToken.None),
            () => _provider.DeleteIfOwnedAsync(Made, CancellationToken.None),
        })
        {
            var refusal = await Should.ThrowAsync<ProviderException>(act);
            (refusal.Fault, refusal.Message.Contains("does not count as gone", StringComparison.Ordinal)).ShouldBe((ProviderFault.Rejected, true), refusal.Message);
        }
    }

    private async Task<string[]> DatabasesAsync() => (string[])(await ScalarAsync(
        postgres.SuperuserConnectionString, "SELECT array_agg(datname::text || ' ' || datdba || ' ' || coalesce(shobj_description(oid, 'pg_database'), '') ORDER BY 1) FROM pg_database"))!;

    private Task AsSuperuserAsync(string sql, string database) =>
        ExecuteAsync(new NpgsqlConnectionStringBuilder(postgres.SuperuserConnectionString) { Database = database }.ConnectionString, sql);
}
