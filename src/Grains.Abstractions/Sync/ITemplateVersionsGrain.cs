using System.Threading.Tasks;
using Orleans;

namespace PrizeDraw.Grains.Abstractions.Sync;

/// <summary>Looks for new versions of the template at all its sources. Key: <see cref="GrainKeys.Platform"/>. The only writer of versions.</summary>
[Alias("template-versions-grain")]
public interface ITemplateVersionsGrain : IGrainWithStringKey
{
    /// <summary>Asks for a look now. Answers before it has been: what is found is read by <see cref="ITemplateQueries.VersionsAsync"/>.</summary>
    [Alias("refresh")] Task<Result<bool>> RefreshAsync(RefreshVersions command);
}

[GenerateSerializer, Alias("refresh-versions")]
public sealed record RefreshVersions([property: Id(0)] Actor Actor);
