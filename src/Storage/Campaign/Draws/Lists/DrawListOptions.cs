using System;
using System.IO;

namespace PrizeDraw.Storage.Campaign.Draws.Lists;

/// <summary>How lists are built.</summary>
public sealed record DrawListOptions
{
    /// <summary>
    /// Where references are kept while a list is being built, at most 190 bytes an entry and 48 a person; default: the user's own in the system's temporary folder. A folder that
    /// outlives the process lets a build that was cut short go on. Nothing in it names a person, but it leads from references to entry ids: it
    /// is made for the platform's own user alone, and deleted when the list is sealed.
    /// </summary>
    public string Folder { get; init; } = Path.Combine(Path.GetTempPath(), "prizedraw-draw-lists-" + Environment.UserName);

    /// <summary>Threads that make references and hash; 1 to 16.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Pieces stored in one transaction, each of 8,192 entries; 1 to 256. Cut short, a build makes these anew.</summary>
    public int PiecesAtOnce { get; init; } = 16;
}
