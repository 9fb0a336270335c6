using System;
using System.Text.Json;
using PrizeDraw.Domain.Evidence;

namespace PrizeDraw.Domain.Draws;

/// <summary>The void draw that another one succeeds.</summary>
/// <param name="DrawId">Its id.</param>
/// <param name="CommitmentHash">H of its commitment.</param>
/// <param name="SecretHash">H of its secret, which must not be the successor's.</param>
public sealed record DrawPredecessor(string DrawId, Bytes32 CommitmentHash, Bytes32 SecretHash)
{
    internal static void Write(CanonicalJsonWriter writer, DrawPredecessor? predecessor)
    {
        writer.Name("predecessor");
        if (predecessor is null)
        {
            writer.Null();
            return;
        }

        writer.StartObject().Hex("commitmentHash", predecessor.CommitmentHash).Text("drawId", predecessor.DrawId)
            .Hex("secretHash", predecessor.SecretHash).EndObject();
    }
}

/// <summary>A commitment as it was signed and witnessed.</summary>
/// <param name="Body">Its canonical JSON, see <see cref="DrawCommitment.ToCanonical"/>.</param>
/// <param name="KeyId">The key that signed it.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 over the body, 64 bytes.</param>
/// <param name="Token">RFC 3161 token (DER) over the body's hash; null without a witness.</param>
public sealed record SignedDrawCommitment(string Body, string KeyId, byte[] Signature, byte[]? Token)
{
    /// <summary>The document's type.</summary>
    public const string Schema = "pdv1-commitment/1";

    /// <summary>H(commitment).</summary>
    public Bytes32 Hash { get; } = CanonicalJson.HashOf(Parse(Body));

    /// <summary>The document that is published, with the rules (canonical JSON) that the commitment names by hash.</summary>
    public byte[] ToDocument(string rules, DrawPredecessor? predecessor)
    {
        var writer = new CanonicalJsonWriter().StartObject().Name("commitment");
        CanonicalJson.Write(writer, Parse(Body));
        writer.Hex("hash", Hash).Text("keyId", KeyId);
        DrawPredecessor.Write(writer, predecessor);
        CanonicalJson.Write(writer.Name("rules"), Parse(rules));
        return WriteProof(writer.Text("schema", Schema)).EndObject().ToArray();
    }

    internal void WriteInto(CanonicalJsonWriter writer)
    {
        writer.StartObject().Name("body");
        CanonicalJson.Write(writer, Parse(Body));
        WriteProof(writer.Hex("hash", Hash).Text("keyId", KeyId)).EndObject();
    }

    internal static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private CanonicalJsonWriter WriteProof(CanonicalJsonWriter writer) => writer.Text("signature", Convert.ToHexStringLower(Signature))
        .Text("timestampToken", Token is null ? null : Convert.ToBase64String(Token));
}
