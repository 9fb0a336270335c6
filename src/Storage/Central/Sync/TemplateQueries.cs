using System;
using System.Buffers.Text;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using PrizeDraw.Grains.Abstractions;
using PrizeDraw.Grains.Abstractions.Campaigns;
using PrizeDraw.Grains.Abstractions.Sync;

namespace PrizeDraw.Storage.Central.Sync;

/// <inheritdoc cref="ITemplateQueries"/>
internal sealed partial class TemplateQueries(ScopedReads reads, TimeProvider clock)
{
    private const string Versions =
        $"""
        select v.source, v.tag, v.commit_id, v.message, v.seen_at, v.number,
          (select count(*)::int from site_sync s where s.source = v.source and s.base_tag = v.tag and {InScope})
        from template_version v where ($2::text is null or (v.source, -v.number) > ($2, -$3::int))
          and ($5 or exists (select from site_sync s where s.source = v.source and {InScope}))
        order by v.source, v.number desc limit $4
        """;

    public async Task<Page<TemplateVersionView>> VersionsAsync(Scope scope, int limit, string? cursor, CancellationToken ct)
    {
        var after = Place(cursor);
        await using var read = await reads.OpenAsync(scope, ct);
        var found = await read.Connection.ListAsync(
            Versions, [ScopedReads.Campaigns(scope), after?.Source, after?.Number, Cursor.Fetch(limit), scope.All],
            row => (View: new TemplateVersionView(row.GetString(0), row.GetString(1), row.GetString(2), row.TextOrNull(3), row.Time(4), row.GetInt32(6)), Number: row.GetInt32(5)), ct);
        var size = Cursor.Fetch(limit) - 1;
        var page = found.Take(size).ToArray();
        return new Page<TemplateVersionView>([.. page.Select(v => v.View)], found.Length > size ? PlaceOf(page[^1].View.Source, page[^1].Number) : null);
    }

    private static string PlaceOf(string source, int number) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number} {source}")));

    private static (string Source, int Number)? Place(string? cursor)
    {
        if (cursor is null)
        {
            return null;
        }

        try
        {
            var place = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(' ', 2);
            return place.Length == 2 && !place[1].Contains('\0', StringComparison.Ordinal) && int.TryParse(place[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? (place[1], number)
                : throw new InvalidCursorException();
        }
        catch (FormatException)
        {
            throw new InvalidCursorException();
        }
    }
}
