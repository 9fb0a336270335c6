using System;
using System.Security.Cryptography;
using System.Text;

namespace PrizeDraw.Providers.Databases;

/// <summary>
/// The form in which PostgreSQL stores a password (RFC 5802 with SHA-256), made here so that the password itself never stands
/// in a statement, where logs and pg_stat_activity would show it.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096;

    /// <summary>Printable ASCII only: anything else would need SASLprep. Throws <see cref="ArgumentException"/>.</summary>
    public static string Of(string password) => Of(password, RandomNumberGenerator.GetBytes(16));

    internal static string Of(string password, byte[] salt)
    {
        foreach (var letter in password)
        {
            if (letter is < ' ' or > '~')
            {
                throw new ArgumentException("The password holds something else than printable ASCII.", nameof(password));
            }
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA256, 32);
        var stored = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var server = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${Iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(stored)}:{Convert.ToBase64String(server)}";
    }
}
