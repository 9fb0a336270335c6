using System;
using System.Collections.Immutable;
using System.Linq;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// Names are not unique at Supabase: a host that had lost the campaign to another one, and whose call was on its way when that one looked, makes
/// a second project, and a second bill. Its name holds the nonce, and it was made in the same hour; nobody has stored its id, so that nobody uses
/// it. What a person calls the same later, such as a restored copy, is none.
/// </summary>
internal static class SupabaseTwins
{
    private static readonly TimeSpan Apart = TimeSpan.FromHours(1);

    /// <summary>Of the projects of one name those that are twins of the one with this id; none where it is not among them.</summary>
    public static ImmutableArray<SupabaseProject> Of(ImmutableArray<SupabaseProject> named, string id) =>
        named.FirstOrDefault(p => p.Ref == id)?.MadeAt is { } madeAt
            ? [.. named.Where(p => p.Ref != id && p.MadeAt is { } at && (at - madeAt).Duration() < Apart)] : [];
}
