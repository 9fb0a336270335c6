using System;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.Providers.Timestamps;

/// <summary>Which authority dates commitments. The host refuses to start on a bad value. Holds a password: never log it.</summary>
public sealed record TimestampOptions
{
    /// <summary>
    /// Where requests are posted: http or https; null (the default) for no authority. Plain http is common here and does no harm: a token
    /// is signed, and a nonce ties it to its request.
    /// </summary>
    public Uri? Url { get; init; }

    /// <summary>
    /// PEM file of the certificates that a signer must lead to (or be one of). Null: any well-formed signer is taken, and whoever checks
    /// the certificate judges the authority.
    /// </summary>
    public string? TrustedCertificatesFile { get; init; }

    /// <summary>How long one request may take; 1 to 60, default 10.</summary>
    public int TimeoutSeconds { get; init; } = 10;

    /// <summary>Who signs in to the authority (HTTP Basic); null for nobody.</summary>
    public string? BasicUser { get; init; }

    /// <summary>Their password. Needs https, or an authority on this machine.</summary>
    public string? BasicPassword { get; init; }

    /// <summary>Whether there is an authority at all.</summary>
    public bool IsConfigured => Url is not null;

    /// <summary>
    /// Reads <c>none</c> or nothing, or <c>http[s]://[user@]host/path</c>. Throws <see cref="ArgumentException"/> with a sentence that says
    /// what to change.
    /// </summary>
    public static TimestampOptions Parse(string? url, string? trustedCertificatesFile = null, string? password = null)
    {
        if (url is null or "" or "none")
        {
            return new TimestampOptions();
        }

        Require(Uri.TryCreate(url, UriKind.Absolute, out var address), "say none, or an address such as https://authority.example.com/tsr.");
        Require(!address!.UserInfo.Contains(':', StringComparison.Ordinal), "the password stands in PLATFORM_TIMESTAMPS_PASSWORD, not in the address.");
        var options = new TimestampOptions
        {
            Url = new UriBuilder(address) { UserName = "" }.Uri,
            BasicUser = address.UserInfo.Length > 0 ? Uri.UnescapeDataString(address.UserInfo) : null,
            BasicPassword = address.UserInfo.Length > 0 ? password : null,
            TrustedCertificatesFile = trustedCertificatesFile,
        };
        options.Validate();
        return options;
    }

    /// <summary>Throws <see cref="ArgumentException"/> with a sentence that says what to change.</summary>
    public void Validate()
    {
        Require(TimeoutSeconds is >= 1 and <= 60, "the time-out is 1 to 60 seconds.");
        if (Url is null)
        {
            return;
        }

        Require(Url is { IsAbsoluteUri: true, UserInfo: "", Fragment: "" } && (Url.Scheme == Uri.UriSchemeHttps || Url.Scheme == Uri.UriSchemeHttp),
            "the address is http or https, without a fragment.");
        Require(BasicUser is null || !BasicUser.Contains(':', StringComparison.Ordinal), "a user's name has no colon.");
        Require(BasicUser is null || BasicPassword is not null, "a user needs the password in PLATFORM_TIMESTAMPS_PASSWORD.");
        Require(BasicUser is null || Url.Scheme == Uri.UriSchemeHttps || Url.IsLoopback, "a password is sent by https alone.");
        using var anchors = new Anchors(LoadTrusted());
    }

    /// <summary>The trusted certificates, none where no file is named. Throws <see cref="ArgumentException"/> when the file is no good.</summary>
    internal X509Certificate2Collection LoadTrusted()
    {
        var certificates = new X509Certificate2Collection();
        if (TrustedCertificatesFile is not { } file)
        {
            return certificates;
        }

        try
        {
            certificates.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new ArgumentException($"--timestamps-trust: the certificates in {file} can't be read: {e.Message}", e);
        }

        Require(certificates.Count > 0, $"{file} holds no certificate in PEM.");
        return certificates;
    }

    private static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new ArgumentException($"--timestamps (or PLATFORM_TIMESTAMPS): {what}");
        }
    }
}
