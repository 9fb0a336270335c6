using System.Linq;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>What there is of a project, settings and all.</summary>
public sealed partial class SupabaseDouble
{
    /// <inheritdoc/>
    public override string Record(string id)
    {
        var one = _projects[id];
        return string.Join('\n',
            [$"{one.Ref} {one.Name} {one.Since} {one.Status} serves:{one.ServedSchemas} ssl:{one.IsSslEnforced}", .. one.Keys.Select(k => k.ToString())]);
    }
}
