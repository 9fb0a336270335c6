using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Security.Cryptography;
using System.Threading.Tasks;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Api.Problems;
using PrizeDraw.Grains.Abstractions;

namespace PrizeDraw.Api.Requests;

/// <summary>One page of a list, newest first.</summary>
/// <param name="Items">The items of this page.</param>
/// <param name="NextCursor">Goes into <c>cursor</c> for the next page; null on the last one.</param>
public sealed record PageAnswer<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>
/// Which page of a list is asked for. A cursor is sealed and bound to its list, so that storage sees none but its own.
/// </summary>
public sealed class Paging : IBound
{
    public const int LimitDefault = 50, LimitMax = 200;

    private readonly IDataProtector? _seal;

    private Paging(int limit, string? cursor, IDataProtector? seal, Problem? problem) =>
        (Limit, Cursor, _seal, Problem) = (limit, cursor, seal, problem);

    public int Limit { get; }

    public string? Cursor { get; }

    public Problem? Problem { get; }

    public static ValueTask<Paging> BindAsync(HttpContext context, ParameterInfo _)
    {
        var list = ((RouteEndpoint)context.GetEndpoint()!).RoutePattern.RawText!;
        var seal = context.RequestServices.GetRequiredService<IDataProtectionProvider>().CreateProtector("PrizeDraw.Cursor", list);
        var limit = LimitDefault;
        var given = context.Request.Query["limit"];
        if (given.Count > 0 && (given.Count > 1 || !int.TryParse(given[0], NumberStyles.None, CultureInfo.InvariantCulture, out limit)
            || limit is < 1 or > LimitMax))
        {
            return Failed("limit", $"must be a whole number from 1 to {LimitMax}.");
        }

        var cursor = context.Request.Query["cursor"];
        return cursor.Count == 0
            ? ValueTask.FromResult(new Paging(limit, null, seal, null))
            : TryOpen(seal, cursor.ToString(), out var opened)
                ? ValueTask.FromResult(new Paging(limit, opened, seal, null))
                : Failed("cursor", "must be a nextCursor of this list.");
    }

    /// <summary>The page as it is answered.</summary>
    public PageAnswer<TAnswer> Answer<T, TAnswer>(Page<T> page, Func<T, TAnswer> answer) =>
        new([.. page.Items.Select(answer)], page.NextCursor is { } next ? _seal!.Protect(next) : null);

    private static bool TryOpen(IDataProtector seal, string text, out string? cursor)
    {
        cursor = null;
        try
        {
            cursor = text.Length <= 1000 ? seal.Unprotect(text) : null;
        }
        catch (CryptographicException)
        {
            // Not one of ours, or of another list.
        }

        return cursor is not null;
    }

    private static ValueTask<Paging> Failed(string parameter, string message) =>
        ValueTask.FromResult(new Paging(0, null, null, Problem.At(ErrorCodes.InvalidParameter, parameter, message)));
}
