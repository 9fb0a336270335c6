using System;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Threading;
using System.Threading.Tasks;
using Npgsql;
using PrizeDraw.Storage.Central;

namespace PrizeDraw.Storage.Secrets;

/// <param name="KeyId">The first 8 bytes of SHA-256 over the public key, in hex.</param>
/// <param name="Spki">SubjectPublicKeyInfo (DER).</param>
/// <param name="NotBefore">Signed nothing earlier.</param>
/// <param name="RetiredAt">Signed nothing later; null for a key in use.</param>
public sealed record PublicKey(string KeyId, ImmutableArray<byte> Spki, DateTimeOffset NotBefore, DateTimeOffset? RetiredAt);

/// <summary>A signature: ECDSA P-256 with SHA-256, 64 bytes (IEEE P1363), and the key that made it.</summary>
public sealed record Signature(string KeyId, byte[] Bytes);

/// <summary>
/// The platform's signing key, made once for all hosts when it is first needed, its private half encrypted in the database.
/// </summary>
public sealed class SigningKeys(CentralDatabase central, SecretBox box, TimeProvider time) : IDisposable
{
    private const string Table = "signing_key";
    private const long CreationLock = 0x7072_697a_6564_7373;

    private readonly SemaphoreSlim _loading = new(1, 1);
    private volatile SigningKey? _current;

    /// <summary>Signs the message with the current key. Throws <see cref="NpgsqlException"/> when the key is not loaded yet and the database is away.</summary>
    public async ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> message, CancellationToken ct) =>
        (_current ?? await LoadAsync(ct)).Sign(message.Span);

    /// <summary>The id of the key that signs now.</summary>
    public async ValueTask<string> CurrentKeyIdAsync(CancellationToken ct) => (_current ?? await LoadAsync(ct)).KeyId;

    /// <summary>Every public key there ever was, oldest first.</summary>
    public async Task<ImmutableArray<PublicKey>> PublicKeysAsync(CancellationToken ct)
    {
        await using var connection = await central.OpenPlatformAsync(ct);
        return await connection.ListAsync(
            "select key_id, public_key, not_before, retired_at from signing_key order by not_before, key_id", [],
            row => new PublicKey(row.GetString(0), [.. row.GetFieldValue<byte[]>(1)], row.Time(2), row.TimeOrNull(3)), ct);
    }

    /// <summary>
    /// Makes another key and retires the one that signed until now; its public half stays. To be called while no host works: each would go on with the old one
    /// until it starts again. Answers the ids; the old one is null when nothing had ever been signed.
    /// </summary>
    public async Task<(string? Old, string New)> ReplaceAsync(CancellationToken ct)
    {
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        await work.Connection.RunAsync("select pg_advisory_xact_lock($1)", [CreationLock], ct);
        var now = time.GetUtcNow();
        var old = await work.Connection.FindAsync(
            "update signing_key set retired_at = greatest($1, not_before) where retired_at is null returning key_id", [now], row => row.GetString(0), ct);
        using var key = SigningKey.Create();
        await InsertAsync(work, key, ct);
        await work.AuditAsync(
            new AuditEvent(
                CentralDatabase.PlatformTenant, Guid.CreateVersion7(now), now, null, "system", "installation.signing_key_replaced", key.KeyId,
                new { keyId = old }, new { keyId = key.KeyId }), ct);
        await work.CommitAsync(ct);
        return (old, key.KeyId);
    }

    public void Dispose()
    {
        _current?.Dispose();
        _loading.Dispose();
    }

    private async Task<SigningKey> LoadAsync(CancellationToken ct)
    {
        await _loading.WaitAsync(ct);
        try
        {
            return _current ??= await FindOrCreateAsync(ct);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<SigningKey> FindOrCreateAsync(CancellationToken ct)
    {
        await using var work = await central.BeginAsync(CentralDatabase.PlatformTenant, ct);
        await work.Connection.RunAsync("select pg_advisory_xact_lock($1)", [CreationLock], ct);
        var stored = await work.Connection.FindAsync(
            "select key_id, private_key from signing_key where retired_at is null order by not_before desc limit 1", [],
            row => (KeyId: row.GetString(0), Envelope: row.GetFieldValue<byte[]>(1)), ct);
        if (stored.Envelope is not null)
        {
            return SigningKey.Import(stored.KeyId, box.Open(stored.Envelope, Table, stored.KeyId));
        }

        var key = SigningKey.Create();
        await InsertAsync(work, key, ct);
        await work.CommitAsync(ct);
        return key;
    }

    private Task InsertAsync(CentralUnitOfWork work, SigningKey key, CancellationToken ct) => work.Connection.RunAsync(
        "insert into signing_key (key_id, public_key, private_key, not_before) values ($1, $2, $3, $4)",
        [key.KeyId, key.ExportPublic(), box.Seal(key.ExportPrivate(), Table, key.KeyId), time.GetUtcNow()], ct);

    private sealed class SigningKey(string keyId, ECDsa key) : IDisposable
    {
        private readonly Lock _turn = new();

        public string KeyId => keyId;

        public static SigningKey Create()
        {
            var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var spki = key.ExportSubjectPublicKeyInfo();
            return new SigningKey(Convert.ToHexStringLower(SHA256.HashData(spki).AsSpan(0, 8)), key);
        }

        public static SigningKey Import(string keyId, byte[] pkcs8)
        {
            var key = ECDsa.Create();
            key.ImportPkcs8PrivateKey(pkcs8, out _);
            return new SigningKey(keyId, key);
        }

        public byte[] ExportPublic() => key.ExportSubjectPublicKeyInfo();

        public byte[] ExportPrivate() => key.ExportPkcs8PrivateKey();

        // ECDsa objects are not safe for concurrent use.
        public Signature Sign(ReadOnlySpan<byte> message)
        {
            lock (_turn)
            {
                return new Signature(
                    keyId, key.SignData(message, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation));
            }
        }

        public void Dispose() => key.Dispose();
    }
}
