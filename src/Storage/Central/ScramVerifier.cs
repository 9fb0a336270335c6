using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Storage.Central;

/// <summary>
/// A password as PostgreSQL stores it (RFC 5802, SCRAM-SHA-256). Sent in ALTER ROLE in the password's place, so that no
/// statement log ever holds a password.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096, HashLength = 32;

    /// <param name="password">ASCII; other text would need SASLprep first.</param>
    public static string Of(string password, ReadOnlySpan<byte> salt)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, HashLength);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
