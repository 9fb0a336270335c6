using System;
using System.Linq;

namespace PrizeDraw.Doubles.Vercel;

/// <summary>What there is of a project, settings and all.</summary>
public sealed partial class VercelDouble
{
    /// <inheritdoc/>
    public override string Record(string id)
    {
        var one = ByName(id)!;
        return string.Join('\n',
        [
            $"{one.Id} {one.Name} {one.Framework} {one.Repository} {one.RepositoryId} paused:{one.IsPaused} serving:{one.Serving?.Id}",
            .. one.Variables.Values.OrderBy(v => v.Name, StringComparer.Ordinal).Select(v => v.ToString()),
            .. one.Deployments.Select(d => $"{d.Id} {d.Commit} {d.Target} {d.Now.State}"),
            .. one.Domains.Values.OrderBy(d => d.Name, StringComparer.Ordinal).Select(d => $"{d.Name} verified:{d.IsVerified}"),
        ]);
    }
}
