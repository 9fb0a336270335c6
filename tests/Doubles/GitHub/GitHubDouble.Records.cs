using System.Globalization;
using System.Linq;

namespace PrizeDraw.Doubles.GitHub;

/// <summary>What there is of a repository, settings and all.</summary>
public sealed partial class GitHubDouble
{
    /// <inheritdoc/>
    public override string Record(string id) => Locked(() =>
    {
        var one = _repositories.Single(r => r.Id == long.Parse(id, CultureInfo.InvariantCulture));
        return string.Join('\n',
        [
            $"{one.FullName} {one.Description} private:{one.IsPrivate} template:{one.IsTemplate} archived:{one.IsArchived} {one.DefaultBranch}",
            .. one.Refs.Select(r => $"{r.Key} {r.Value}"),
            .. one.Objects.Commits.Select(c => c.Sha).Order(System.StringComparer.Ordinal),
            .. one.Protections.OrderBy(p => p.Key, System.StringComparer.Ordinal).Select(p => $"protected {p.Key} {p.Value.ToJsonString()}"),
            .. one.Pulls.Select(p => $"pull {p.Number} {p.Branch} {p.Onto} open:{p.IsOpen} {p.Title} {p.Head} {p.MergedAs}"),
        ]);
    });
}
