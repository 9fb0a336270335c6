using System.Collections.Generic;
using System.Linq;
using PrizeDraw.Api.Requests;
using PrizeDraw.Grains.Abstractions.Provisioning;

namespace PrizeDraw.Api.Provisioning;

/// <summary>What providers were asked beforehand.</summary>
/// <param name="State">failed when some check failed, else unknown when some check could not be answered, else passed.</param>
/// <param name="Checks">By provider, in the order in which they were asked.</param>
[Example("""{"state":"failed","checks":[{"provider":"github","name":"name","state":"failed","message":"A GitHub repository named 'acme/summer-paris' exists and belongs to something else. Choose another name."}]}""")]
public sealed record ProviderChecksAnswer(string State, IReadOnlyList<ProviderCheck> Checks)
{
    internal static ProviderChecksAnswer From(IReadOnlyList<ProviderCheck> checks) => new(
        new[] { "failed", "unknown" }.FirstOrDefault(state => checks.Any(check => check.State == state)) ?? "passed", checks);
}
