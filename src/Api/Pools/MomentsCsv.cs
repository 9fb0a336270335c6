using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using PrizeDraw.Api.Problems;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Campaigns;

namespace PrizeDraw.Api.Pools;

/// <summary>Winning moments from a file: a heading with the columns at and prize, then one moment a line. All lines are taken, or none.</summary>
internal static class MomentsCsv
{
    public const string
        Example = "at,prize\r\n2026-12-05T10:00:00Z,Mug\r\n2026-12-06T18:30:00+00:00,Mug\r\n",
        Meaning = "CSV in UTF-8 with the columns at (RFC 3339 with offset) and prize (name or id); at most 100,000 lines after the heading.";

    public const int BytesMax = 16 * 1024 * 1024;
    private const int LinesMax = 100_000, ErrorsMax = 50;

    public static (ImmutableArray<MomentSettings> Moments, Problem? Problem) Read(string text, ThePool pool)
    {
        using var records = CsvText.Read(text).GetEnumerator();
        var columns = records.MoveNext() ? records.Current.Cells.Select(cell => cell.ToLowerInvariant()).ToArray() : [];
        var (at, prize) = (Array.IndexOf(columns, "at"), Array.IndexOf(columns, "prize"));
        if (columns.Length != 2 || at < 0 || prize < 0)
        {
            return ([], Problem.At(ErrorCodes.InvalidField, "line 1", "must be the heading: at,prize"));
        }

        var moments = ImmutableArray.CreateBuilder<MomentSettings>();
        var errors = new SortedDictionary<int, string>();
        var prizes = PrizesOf(pool.Value);
        while (records.MoveNext() && errors.Count < ErrorsMax && moments.Count <= LinesMax)
        {
            var (moment, fault) = Moment(records.Current, at, prize, prizes, pool.Campaign.Settings.ClosesAt);
            if (fault is null)
            {
                moments.Add(moment!);
            }
            else
            {
                errors[records.Current.Line] = fault;
            }
        }

        return moments.Count > LinesMax ? ([], Problem.At(ErrorCodes.InvalidField, "body", "has more than 100,000 lines."))
            : errors.Count > 0 ? ([], ProblemOf(errors))
            : moments.Count == 0 ? ([], Problem.At(ErrorCodes.InvalidField, "body", "has no moments."))
            : (moments.ToImmutable(), null);
    }

    private static (MomentSettings? Moment, string? Fault) Moment(
        CsvRecord record, int at, int prize, HashSet<string> prizes, DateTimeOffset? closesAt)
    {
        if (record.Cells.Count != 2)
        {
            return (null, "must have two cells.");
        }

        if (!InstantConverter.TryParse(record.Cells[at], out var instant))
        {
            return (null, "at must be a date and time with offset, like 2026-12-05T10:00:00Z.");
        }

        return instant >= closesAt ? (null, "at is after the closing, when nobody could win it.")
            : prizes.Contains(record.Cells[prize]) ? (new MomentSettings(instant, record.Cells[prize]), null)
            : (null, "prize names no prize of this pool that falls at winning moments.");
    }

    private static HashSet<string> PrizesOf(PoolSettings pool) => pool.Prizes.Where(prize => PrizeModes.Of(prize) == PrizeModes.Moments)
        .SelectMany(prize => new[] { prize.Name, prize.Id ?? prize.Name }).ToHashSet(StringComparer.Ordinal);

    private static Problem ProblemOf(SortedDictionary<int, string> errors) => new(
        ErrorCodes.InvalidField,
        $"Nothing was taken: line {errors.First().Key} {errors.First().Value}",
        errors.ToDictionary(error => $"line {error.Key}", error => (IReadOnlyList<string>)[error.Value]));
}
