namespace PrizeDraw.Providers.Sync.Merging;

/// <summary>
/// A change that a site's files need once, before a version can be merged: a file or folder moves (<paramref name="From"/> to
/// <paramref name="To"/> are paths), or with <paramref name="File"/> a key of that JSON file is renamed (<paramref name="From"/> is the
/// dotted way to it, <paramref name="To"/> its new name in the same place).
/// </summary>
/// <param name="Id">Names it for ever: what a repository has had is recorded by it.</param>
/// <param name="Version">The version of the template that it came with.</param>
internal sealed record TemplateMigration(string Id, string Version, string From, string To, string? File = null)
{
    /// <summary>Where a file is once it has been run.</summary>
    public string Moved(string path) =>
        File is null && (path == From || path.StartsWith(From + "/", System.StringComparison.Ordinal)) ? To + path[From.Length..] : path;
}
