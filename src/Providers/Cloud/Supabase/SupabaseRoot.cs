using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.Providers.Cloud.Supabase;

/// <summary>
/// Whether a project's pooler will be trusted, which is known before there is one: its certificate comes from a root of Supabase's own, which no
/// system has unless somebody put it there.
/// </summary>
public static class SupabaseRoot
{
    private const string HowTo = "Download the root certificate (a project's Database settings, SSL configuration), start the platform with "
        + "--supabase-database-trust and the file's name, then try again. See docs/cloud-setup.md.";

    /// <summary>A sentence that says what is trusted; <see cref="ProviderFault.Rejected"/> where nothing that Supabase's databases could come with is.</summary>
    /// <param name="file">See <see cref="SupabaseOptions.RootCertificate"/>.</param>
    public static string Require(string? file)
    {
        if (file is not null)
        {
            return $"Connections are made to databases whose certificate comes from {Path.GetFileName(file)} ({CountIn(file)} trusted).";
        }

        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine, OpenFlags.ReadOnly);
        var roots = store.Certificates;
        try
        {
            return IsAmong(roots) ? "This machine trusts Supabase's root certificate." : throw new ProviderException(
                ProviderFault.Rejected, "No root certificate of Supabase is set, and this machine trusts none: none of its databases could be reached. " + HowTo);
        }
        finally
        {
            foreach (var root in roots)
            {
                root.Dispose();
            }
        }
    }

    /// <summary>Whether one of these is a root of Supabase's, by its subject.</summary>
    public static bool IsAmong(X509Certificate2Collection roots) =>
        roots.Any(root => root.Subject.Contains("Supabase", StringComparison.OrdinalIgnoreCase));

    private static int CountIn(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ProviderException(ProviderFault.Rejected, $"The file {file} with Supabase's root certificate can't be read. " + HowTo, e);
        }

        var count = roots.Count;
        foreach (var root in roots)
        {
            root.Dispose();
        }

        return count > 0 ? count : throw new ProviderException(ProviderFault.Rejected, $"The file {file} holds no certificate (PEM). " + HowTo);
    }
}
