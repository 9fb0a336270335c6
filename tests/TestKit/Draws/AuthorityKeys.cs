using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrizeDraw.TestKit.Draws;

/// <summary>A root of trust of its own, and those who sign time stamps under it. Valid from 2020 to 2049, for any clock that tests set.</summary>
internal sealed class AuthorityKeys : IDisposable
{
    private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Until = new(2049, 12, 31, 0, 0, 0, TimeSpan.Zero);

    private readonly List<X509Certificate2> _made = [];

    private readonly X509Certificate2 _issuer;

    /// <param name="withIntermediate">Whether another certificate stands between root and signers.</param>
    public AuthorityKeys(bool withIntermediate)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Kept(Ca("CN=Stand-in root", key).CreateSelfSigned(From, Until));
        _issuer = Root;
        if (withIntermediate)
        {
            using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = Ca("CN=Stand-in intermediate", next).Create(Root, From, Until, [2]);
            _issuer = Intermediate = Kept(certificate.CopyWithPrivateKey(next));
        }

        Signer = Issue("CN=Stand-in time-stamp authority", Until, "1.3.6.1.5.5.7.3.8");
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2? Intermediate { get; }

    public X509Certificate2 Signer { get; }

    public X509Certificate2 Expired => field ??= Issue("CN=Stand-in authority of 2020", From.AddYears(1), "1.3.6.1.5.5.7.3.8");

    public X509Certificate2 NotForTimeStamping => field ??= Issue("CN=Stand-in mail signer", Until, "1.3.6.1.5.5.7.3.4");

    public void Dispose() => _made.ForEach(c => c.Dispose());

    /// <summary>Writes the signer's key and certificate, and the root, for openssl.</summary>
    public void Write(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "root.pem"), Root.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "between.pem"), (Intermediate ?? Root).ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "signer.pem"), Signer.ExportCertificatePem());
        using var key = Signer.GetRSAPrivateKey()!;
        File.WriteAllText(Path.Combine(folder, "signer.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static CertificateRequest Ca(string name, ECDsa key)
    {
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private X509Certificate2 Issue(string name, DateTimeOffset until, string usage)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        // RFC 3161, 2.3: this usage alone, and critical.
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var issuer = _issuer.GetECDsaPrivateKey()!;
        using var certificate = request.Create(
            _issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer), From, until, [1, .. RandomNumberGenerator.GetBytes(8)]);
        return Kept(certificate.CopyWithPrivateKey(key));
    }

    private X509Certificate2 Kept(X509Certificate2 certificate)
    {
        _made.Add(certificate);
        return certificate;
    }
}
