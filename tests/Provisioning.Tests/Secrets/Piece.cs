using System.Linq;

namespace PrizeDraw.Provisioning.Tests.Secrets;

/// <summary>A piece of what is searched, where it stands, and the names of the secrets whose place that is.</summary>
internal sealed record Piece(string Where, string Text, params string[] Homes)
{
    /// <summary>The names of the secrets that have no business here.</summary>
    public string[] Strangers(Needles needles) => 
        [.. needles.In(Text).Where(found => !Homes.Contains(found.Key)).Select(found => $"{Where} holds {found.Key}: …{found.Value}…")];
}
