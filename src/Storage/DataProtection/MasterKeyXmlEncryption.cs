using System;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;
using PrizeDraw.Storage.Secrets;

namespace PrizeDraw.Storage.DataProtection;

/// <summary>Encrypts the key material inside the ring's XML under the master key.</summary>
internal sealed class MasterKeyXmlEncryptor(SecretBox box) : IXmlEncryptor
{
    internal const string Table = "data_protection_key", Row = "key-material";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var envelope = box.SealText(plaintextElement.ToString(SaveOptions.DisableFormatting), Table, Row);
        return new EncryptedXmlInfo(
            new XElement("masterKeyEncrypted", Convert.ToBase64String(envelope)), typeof(MasterKeyXmlDecryptor));
    }
}

/// <summary>Named in the stored XML and made by the framework; a rename would make stored keys unreadable.</summary>
internal sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly SecretBox _box = services.GetRequiredService<SecretBox>();

    public XElement Decrypt(XElement encryptedElement)
    {
        var envelope = Convert.FromBase64String(encryptedElement.Value);
        return XElement.Parse(_box.OpenText(envelope, MasterKeyXmlEncryptor.Table, MasterKeyXmlEncryptor.Row));
    }
}
