using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrizeDraw.TestKit;

namespace PrizeDraw.Doubles.Supabase;

/// <summary>A root that nobody trusts unless told to, and a certificate from it for 127.0.0.1.</summary>
internal sealed class PoolerCertificate : IDisposable
{
    private readonly TempFolder _folder = new();

    public PoolerCertificate()
    {
        var from = TimeProvider.System.GetUtcNow().AddDays(-1);
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=Root of a double", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        rootRequest.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        using var root = rootRequest.CreateSelfSigned(from, from.AddDays(30));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=pooler of a double", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var bare = request.Create(root, from, from.AddDays(20), RandomNumberGenerator.GetBytes(8));
        Server = bare.CopyWithPrivateKey(key);
        RootFile = Path.Combine(_folder.Path, "root.pem");
        File.WriteAllText(RootFile, root.ExportCertificatePem());
    }

    public X509Certificate2 Server { get; }

    public string RootFile { get; }

    public void Dispose()
    {
        Server.Dispose();
        _folder.Dispose();
    }
}
