using System;
using System.Linq;

namespace PrizeDraw.Providers.Repositories;

/// <summary>Paths of files that the platform commits.</summary>
internal static class RepositoryPath
{
    /// <summary>Refuses (<see cref="ProviderFault.Rejected"/>) what is no plain relative path of at most 200 characters.</summary>
    public static void Require(string path)
    {
        var isPlain = path.Length is > 0 and <= 200
            && path.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '.' or '-' or '_')
            && path.Split('/').All(part => part.Length > 0 && part is not "." and not ".." && !part.Equals(".git", StringComparison.OrdinalIgnoreCase));
        if (!isPlain)
        {
            throw new ProviderException(ProviderFault.Rejected, $"'{path}' is not a path that can be committed.");
        }
    }
}
